// Running a command to its end: bounded, without a shell and without stdin.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const DEFAULT_TIMEOUT_MS = 60_000;
const TAIL_LENGTH = 2000;

/**
 * @typedef {object} CommandOptions
 * @property {NodeJS.ProcessEnv} [env]
 * @property {string} [cwd]
 * @property {number} [timeoutMs]
 * @property {boolean} [allowFailure] answer instead of throwing when it fails
 * @property {(child: import('node:child_process').ChildProcess) => void} [onSpawn]
 *   takes stdout over, for a stream too long to keep in memory
 *
 * @typedef {{ code: number, stdout: string, stderr: string }} CommandResult
 */

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {CommandOptions} [options]
 * @returns {Promise<CommandResult>}
 */
export async function command(command, args, options = {}) {
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const result = await finished(command, args, options, timeoutMs);
  if (result.code === 0 || options.allowFailure) return result;
  const why = result.timedOut ? `took more than ${timeoutMs / 1000} s` : `ended with ${result.code}`;
  const tail = `${result.stdout}\n${result.stderr}`.trim().slice(-TAIL_LENGTH);
  throw new Error(`\`${[command, ...args].join(' ')}\` ${why}: ${tail || 'it said nothing'}`);
}

/** @returns {Promise<CommandResult & { timedOut: boolean }>} */
function finished(command, args, options, timeoutMs) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    const end = (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr, timedOut });
    };
    if (options.onSpawn) options.onSpawn(child);
    else child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.on('error', (error) => {
      stderr += error.message;
      end(127);
    });
    child.on('close', (code) => end(code ?? 137));
  });
}

/**
 * @param {string} name
 * @param {string} [path]
 * @returns {string | undefined} the first executable of that name
 */
export function which(name, path = process.env.PATH ?? '') {
  const folders = [...path.split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  return folders
    .filter(Boolean)
    .map((dir) => join(dir, name))
    .find(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
