// Runs a program to its end: bounded, without a shell and without stdin.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { killTree } from './processes.ts';

const DEFAULT_TIMEOUT_MS = 300_000;
const TAIL_LENGTH = 2000;

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** How long all of it may take: five minutes when nothing is said. */
  readonly timeoutMs?: number;
  /** Instead of that, how long it may write nothing: what gets on may take as long as it needs. */
  readonly silenceMs?: number;
  /** A failure is answered, and not thrown. */
  readonly allowFailure?: boolean;
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function command(
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { exceeded, ...result } = await finished(file, args, options);
  if (result.code === 0 || options.allowFailure) return result;
  const why = exceeded ?? `ended with ${result.code}`;
  const tail = `${result.stdout}\n${result.stderr}`.trim().slice(-TAIL_LENGTH);
  throw new Error(`\`${[file, ...args].join(' ')}\` ${why}: ${tail || 'it wrote nothing'}`);
}

interface Ended extends CommandResult {
  /** Which limit it was ended for. */
  readonly exceeded: string | undefined;
}

function finished(file: string, args: readonly string[], options: CommandOptions): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const limit = startLimit(options, child.pid);
    let stdout = '';
    let stderr = '';
    const end = (code: number): void => resolve({ code, stdout, stderr, exceeded: limit.stop() });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      limit.heard();
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      limit.heard();
      stderr += text;
    });
    child.on('error', (error) => {
      stderr += error.message;
      end(127);
    });
    child.on('close', (code) => end(code ?? 137));
  });
}

interface Limit {
  heard(): void;
  /** Tells which limit was exceeded. */
  stop(): string | undefined;
}

function startLimit({ timeoutMs = DEFAULT_TIMEOUT_MS, silenceMs }: CommandOptions, pid?: number): Limit {
  let exceeded: string | undefined;
  const timer = setTimeout(() => {
    exceeded =
      silenceMs === undefined
        ? `took more than ${timeoutMs / 1000} s`
        : `wrote nothing for ${silenceMs / 1000} s`;
    // With what it started, which would else keep its pipes open.
    if (pid !== undefined) killTree(pid);
  }, silenceMs ?? timeoutMs);
  return {
    heard: () => {
      if (silenceMs !== undefined && exceeded === undefined) timer.refresh();
    },
    stop: () => {
      clearTimeout(timer);
      return exceeded;
    },
  };
}

/** The first executable of that name. */
export function which(name: string, path: string = process.env['PATH'] ?? ''): string | undefined {
  const folders = [...path.split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  return folders
    .filter(Boolean)
    .map((dir) => join(dir, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
