// A process that outlives the script that started it, found again by a record
// of its pid *and* its start time: a pid alone may belong to somebody else by
// now, and nothing is ever signalled that this code did not start.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { which } from './command.ts';
import { cacheDir, runDir } from './paths.ts';
import { kill, processes, startTimeOf } from './processes.ts';

const POLL_MS = 50;
const TAIL_LENGTH = 3000;

export interface Daemon {
  readonly name: string;
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat. */
  readonly startTime: string;
  /** What the starter wants to find again. */
  readonly facts: DaemonFacts;
}

export type DaemonFacts = Readonly<Record<string, string | number | boolean>>;

export interface DaemonOptions {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly facts?: DaemonFacts;
  /** False: it ends with this process. */
  readonly detached?: boolean;
  readonly ready: () => Promise<boolean>;
  readonly timeoutMs: number;
}

export function logFileOf(name: string): string {
  return join(cacheDir('logs'), `${name}.log`);
}

export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { name, file, args, env, ready, timeoutMs } = options;
  killOrphans([file, ...args]);
  const log = openSync(logFileOf(name), 'w');
  const [program, words] = options.detached === false ? tied(file, args) : ([file, args] as const);
  const child = spawn(program, words, { env, cwd: '/', detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  if (child.pid === undefined) {
    const [error] = await once(child, 'error');
    throw new Error(`${file} does not start: ${error}`);
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
 * The kernel ends it with this process, however this one dies. setpriv becomes the program, so the pid and
 * the command line stay those of the program.
 */
function tied(file: string, args: readonly string[]): readonly [string, readonly string[]] {
  const setpriv = which('setpriv');
  return setpriv ? [setpriv, ['--pdeathsig', 'SIGTERM', file, ...args]] : [file, args];
}

/**
 * A run killed between the spawn and the record leaves a daemon that nobody knows. Its arguments name files
 * of our run directory, so an equal command line is one of ours.
 */
function killOrphans(argv: readonly string[]): void {
  for (const { pid, argv: other } of processes()) {
    if (other.length === argv.length && other.every((word, index) => word === argv[index])) kill(pid);
  }
}

async function untilReady(daemon: Daemon, ready: () => Promise<boolean>, timeoutMs: number): Promise<void> {
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

export function logTail(name: string): string {
  try {
    return `The end of ${logFileOf(name)}:\n${readFileSync(logFileOf(name), 'utf8').slice(-TAIL_LENGTH)}`;
  } catch {
    return 'It left no log.';
  }
}

/** The running one; the record of a dead one is removed. */
export function findDaemon(name: string): Daemon | undefined {
  const daemon = readRecord(name);
  if (!daemon) return undefined;
  if (isAlive(daemon)) return daemon;
  rmSync(recordFile(name), { force: true });
  return undefined;
}

/** Whether one was running. It is killed when it takes longer than the grace. */
export async function stopDaemon(name: string, graceMs = 15_000): Promise<boolean> {
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

function killNow(daemon: Daemon): void {
  if (isAlive(daemon)) kill(daemon.pid, 'SIGTERM');
  rmSync(recordFile(daemon.name), { force: true });
}

function isAlive(daemon: Daemon): boolean {
  return startTimeOf(daemon.pid) === daemon.startTime;
}

function recordFile(name: string): string {
  return join(runDir('daemons'), `${name}.json`);
}

/** Written whole or not at all: a killed run must not leave half a record. */
function writeRecord(daemon: Daemon): void {
  const file = recordFile(daemon.name);
  writeFileSync(`${file}.${process.pid}`, JSON.stringify(daemon));
  renameSync(`${file}.${process.pid}`, file);
}

function readRecord(name: string): Daemon | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(name), 'utf8'));
  } catch {
    return undefined;
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
