import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import { errnoOf } from '../errno.ts';

/** The variables a child gets, complete: nothing of our own environment is inherited. */
export type Environment = Readonly<Record<string, string>>;

export interface ProcessOptions {
  readonly env: Environment;
  readonly cwd?: string | undefined;
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
  /** Ends the process: SIGTERM, and SIGKILL when it is still there after the grace. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly grace?: number;
}

export interface RunningProcess {
  /** Both must be read: an unread one stops the process when its pipe is full. */
  readonly stdout: AsyncIterable<Uint8Array>;
  readonly stderr: AsyncIterable<Uint8Array>;
  /** Exit code, or the signal that ended it; throws what `stdin` threw. Never rejects unobserved. */
  ended(): Promise<ProcessEnd>;
}

export interface ProcessEnd {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

export type StartProcess = (
  command: string,
  args: readonly string[],
  options: ProcessOptions,
) => RunningProcess;

const GRACE = 5_000;

/**
 * Starts a process whose streams pass through as they come. It stays in our process group on purpose: a terminal's
 * Ctrl-C reaches it as well as us, and nothing is left behind when the whole group is killed.
 */
export function startProcess(
  command: string,
  args: readonly string[],
  options: ProcessOptions,
): RunningProcess {
  const child = spawn(command, [...args], {
    env: { ...options.env },
    // We stand in a checkout, whose files are no configuration and no library of a program.
    cwd: options.cwd ?? '/',
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const ended = settle(child, command, options);
  ended.catch(() => undefined); // Seen by whoever calls `ended`; until then it is no unhandled rejection.
  return { stdout: read(child.stdout), stderr: read(child.stderr), ended: () => ended };
}

async function settle(child: ChildProcess, command: string, options: ProcessOptions): Promise<ProcessEnd> {
  const closed = once(child, 'close');
  const stop = (): void => void stopProcess(child, options.grace ?? GRACE);
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    const [ending, fed] = await Promise.allSettled([closed, feed(child, options.stdin, stop)]);
    if (ending.status === 'rejected') throw startError(ending.reason, command);
    if (fed.status === 'rejected') throw fed.reason;
    const [code, signal] = ending.value as [number | null, string | null];
    return { code: code ?? undefined, signal: signal ?? undefined };
  } finally {
    options.signal?.removeEventListener('abort', stop);
  }
}

/** Hands the bytes over; when they cannot be had the process is stopped, for it would take the end for their end. */
async function feed(
  child: ChildProcess,
  bytes: AsyncIterable<Uint8Array> | undefined,
  stop: () => void,
): Promise<void> {
  if (bytes === undefined || child.stdin === null) return;
  try {
    await pipeline(Readable.from(bytes, { objectMode: false }), child.stdin as Writable);
  } catch (error) {
    // A process that ends before it read everything says why by its exit code.
    if (READER_GONE.has(errnoOf(error) ?? '')) return;
    stop();
    throw error;
  }
}

const READER_GONE: ReadonlySet<string> = new Set([
  'EPIPE',
  'ECONNRESET',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
]);

async function stopProcess(child: ChildProcess, grace: number): Promise<void> {
  child.kill('SIGTERM');
  await sleep(grace, undefined, { ref: false });
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  // A process that it started may hold the pipes open: what that one still says is not waited for.
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function startError(error: unknown, command: string): unknown {
  if (!['ENOENT', 'EACCES'].includes(errnoOf(error) ?? '')) return error;
  return new UserError(`"${command}" cannot be started`, {
    kind: 'unavailable',
    code: 'tool-missing',
    hint: 'see that it is installed and executable',
    cause: error,
  });
}

async function* read(stream: Readable | null): AsyncGenerator<Uint8Array> {
  try {
    yield* stream ?? [];
  } catch (error) {
    if (errnoOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}
