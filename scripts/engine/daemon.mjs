// A process that outlives the script that started it, found again by a record
// of its pid *and* its start time: a pid alone may belong to somebody else by
// now, and nothing is ever signalled that this code did not start.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { which } from './command.mjs';
import { cacheDir, runDir } from './paths.mjs';
import { kill, processes, startTimeOf } from './processes.mjs';

const POLL_MS = 50;
const TAIL_LENGTH = 3000;

/**
 * @typedef {object} Daemon
 * @property {string} name
 * @property {number} pid
 * @property {string} startTime field 22 of /proc/<pid>/stat
 * @property {Record<string, unknown>} facts what the starter wants to find again
 */

/** @param {string} name */
export function logFileOf(name) {
  return join(cacheDir('logs'), `${name}.log`);
}

/**
 * @param {object} options
 * @param {string} options.name
 * @param {string} options.file
 * @param {readonly string[]} options.args
 * @param {NodeJS.ProcessEnv} options.env
 * @param {Record<string, unknown>} [options.facts]
 * @param {boolean} [options.detached] false: it ends with this process
 * @param {() => Promise<boolean>} options.ready
 * @param {number} options.timeoutMs
 * @returns {Promise<Daemon>}
 */
export async function startDaemon(options) {
  const { name, file, args, env, ready, timeoutMs } = options;
  killOrphans([file, ...args]);
  const log = openSync(logFileOf(name), 'w');
  const [program, ...words] = options.detached === false ? tied([file, ...args]) : [file, ...args];
  const child = spawn(program, words, { env, cwd: '/', detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  let failure;
  child.on('error', (error) => (failure = error));
  if (child.pid === undefined) {
    await new Promise((resolve) => setImmediate(resolve));
    throw new Error(`${file} does not start: ${failure?.message}`);
  }
  child.unref();
  const daemon = {
    name,
    pid: child.pid,
    startTime: startTimeOf(child.pid) ?? '',
    facts: options.facts ?? {},
  };
  writeRecord(daemon);
  if (options.detached === false) process.on('exit', () => killNow(daemon));
  await untilReady(daemon, ready, timeoutMs);
  return daemon;
}

/**
 * The kernel ends it with this process, however this one dies. setpriv becomes
 * the program, so the pid and the command line stay those of the program.
 * @param {readonly string[]} argv
 */
function tied(argv) {
  const setpriv = which('setpriv');
  return setpriv ? [setpriv, '--pdeathsig', 'SIGTERM', ...argv] : argv;
}

/**
 * A run killed between the spawn and the record leaves a daemon that nobody
 * knows. Its arguments name files of our run directory, so an equal command
 * line is one of ours.
 * @param {readonly string[]} argv
 */
function killOrphans(argv) {
  for (const { pid, argv: other } of processes()) {
    if (other.length === argv.length && other.every((word, index) => word === argv[index])) kill(pid);
  }
}

/** @returns {Promise<void>} */
async function untilReady(daemon, ready, timeoutMs) {
  const deadline = Date.now() + timeoutMs;
  while (!(await ready())) {
    if (!isAlive(daemon)) throw new Error(`${daemon.name} ended at once. ${logTail(daemon.name)}`);
    if (Date.now() > deadline) {
      await stopDaemon(daemon.name);
      throw new Error(`${daemon.name} was not ready after ${timeoutMs / 1000} s. ${logTail(daemon.name)}`);
    }
    await pause(POLL_MS);
  }
}

/** @param {string} name */
export function logTail(name) {
  try {
    return `The end of ${logFileOf(name)}:\n${readFileSync(logFileOf(name), 'utf8').slice(-TAIL_LENGTH)}`;
  } catch {
    return 'It left no log.';
  }
}

/**
 * @param {string} name
 * @returns {Daemon | undefined} the running one; the record of a dead one is removed
 */
export function findDaemon(name) {
  const daemon = readRecord(name);
  if (!daemon) return undefined;
  if (isAlive(daemon)) return daemon;
  rmSync(recordFile(name), { force: true });
  return undefined;
}

/**
 * @param {string} name
 * @param {number} [graceMs] how long it may take before it is killed
 * @returns {Promise<boolean>} whether one was running
 */
export async function stopDaemon(name, graceMs = 15_000) {
  const daemon = findDaemon(name);
  if (!daemon) return false;
  kill(daemon.pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (isAlive(daemon) && Date.now() < deadline) await pause(POLL_MS);
  if (isAlive(daemon)) {
    kill(daemon.pid, 'SIGKILL');
    while (isAlive(daemon)) await pause(POLL_MS);
  }
  rmSync(recordFile(name), { force: true });
  return true;
}

/** @param {Daemon} daemon */
function killNow(daemon) {
  if (isAlive(daemon)) kill(daemon.pid, 'SIGTERM');
  rmSync(recordFile(daemon.name), { force: true });
}

/** @param {Daemon} daemon */
function isAlive(daemon) {
  return startTimeOf(daemon.pid) === daemon.startTime;
}

function recordFile(name) {
  return join(runDir('daemons'), `${name}.json`);
}

/** Written whole or not at all: a killed run must not leave half a record. */
function writeRecord(daemon) {
  const file = recordFile(daemon.name);
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(daemon));
  renameSync(`${file}.${process.pid}`, file);
}

/** @returns {Daemon | undefined} */
function readRecord(name) {
  try {
    return JSON.parse(readFileSync(recordFile(name), 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {number} ms */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
