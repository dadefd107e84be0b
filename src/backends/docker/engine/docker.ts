import type { Finding } from '../../../errors.ts';
import type { SmiAnswers } from '../../../fit/smi.ts';
import type { Tables } from '../../../fit/tables.ts';
import type { Clock } from '../../../io/clock.ts';
import type { EngineApi, EngineCall } from '../../../io/engine/api.ts';
import { EngineError } from '../../../io/engine/error.ts';
import { errnoOf } from '../../../io/errno.ts';
import type { diskOf } from '../../../io/fs/disk.ts';
import type { InputFile } from '../../../jobspec/job/data.ts';
import type { Repository } from '../../../oci/types.ts';
import type { CodeLayer } from '../../../plan/plan.ts';
import type { RunNetwork } from '../../../run/network/network.ts';
import type { Info } from './answers.ts';

/** What the Docker backend is made from. */
export interface Docker {
  readonly engine: EngineApi;
  /** The docker context that the spec names; undefined: the engine of the machine. */
  readonly context?: string | undefined;
  /** The name of the engine's machine; undefined: it did not tell. */
  readonly machine?: string | undefined;
  readonly clock: Clock;
  /** Values of the secrets that runs name. */
  readonly secrets: ReadonlyMap<string, string>;
  /** The value of `X-Registry-Auth`; undefined: without credentials. */
  pullAuth(repository: Repository): Promise<string | undefined>;
  /** The code as a tar with absolute folders (without the first `/`); needed for runs whose code is mounted. */
  code?(mount: CodeLayer): AsyncIterable<Uint8Array>;
  /** Fetches and checks what a run finds below its inputs, as tars that can be read; needed for runs that have some. */
  inputs?(inputs: readonly InputFile[]): Promise<readonly (() => AsyncIterable<Uint8Array>)[]>;
  /** What the machine gives to runs so that they reach the network as it does; undefined: nothing. */
  network?(): Promise<RunNetwork>;
  /** Folders of this machine that its operator lets jobs see, separated by commas. */
  readonly allowMounts?: string | undefined;
  /**
   * Starts a process that outlives us and stops the container at its deadline: `guard.ts` with these arguments. undefined
   * for an engine elsewhere, which sees to it by itself.
   */
  spawnGuard?(argumentsJson: string): void;
  /** GPUs that the operator gave to this runner, by index or id; undefined: any. */
  readonly devices?: readonly string[] | undefined;
  /** What `nvidia-smi -L` says on the engine's machine; undefined where that is another one, or has no such tool. */
  listGpus?(engine: Pick<Info, 'Name' | 'MemTotal'>): Promise<string | undefined>;
  /** The same of its driver and its GPUs, as `nvidia-smi --query-gpu` has them. */
  queryGpus?(engine: Pick<Info, 'Name' | 'MemTotal'>): Promise<SmiAnswers | undefined>;
  /** Rows about GPUs and drivers that stand above ours; undefined: there are none. */
  tables?(): Promise<Tables | undefined>;
  /** A text that only this machine knows, by which it knows its containers again; undefined: it has no place to keep one. */
  readonly owner?: string | undefined;
  /** Which containers a live process of this machine looks after; undefined: nobody can tell. */
  readonly presence?: Presence | undefined;
  /** Seconds that the grace of a cancel may last where we are; undefined: as long as the job says. */
  readonly longestGrace?: number | undefined;
  /** Seconds that this machine is up: a clock that all its processes share, and that is never set. */
  uptime?(): number;
  /** What is free on the disk of a folder here; undefined: as the system says. */
  readonly diskOf?: typeof diskOf | undefined;
  /** Milliseconds of a silent log before a bar is looked for, and between two looks; undefined: ten seconds. */
  readonly barEvery?: number | undefined;
  /** What is going on while something takes its time. */
  progress(line: string): void;
  finding(finding: Finding): void;
}

/** An engine that may stop to answer, because nobody waits for the run any more. */
export interface Launcher extends Docker {
  /** The same engine, for what has to be removed then. */
  readonly cleaner: Docker;
  /** Called with the reason while the run waits for GPUs, when it changes. */
  queued(detail: string): void;
}

/** Kept by the kernel, so that it ends with the process that looked after the container. */
export interface Presence {
  /** Processes of the same place see what each other holds; undefined: nobody can tell. */
  readonly place: string | undefined;
  hold(container: string): Promise<HeldPresence | undefined>;
  isHeld(container: string): Promise<boolean>;
}

export interface HeldPresence {
  close(): void;
}

interface Reader<T> {
  parse(value: unknown): T;
}

export async function ask<T>(docker: Docker, call: EngineCall, reader: Reader<T>): Promise<T> {
  return reader.parse(await docker.engine.json(call));
}

/** undefined when there is no such thing. */
export async function find<T>(docker: Docker, call: EngineCall, reader: Reader<T>): Promise<T | undefined> {
  try {
    return await ask(docker, call, reader);
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

export function isStatus(error: unknown, ...statuses: readonly number[]): error is EngineError {
  return error instanceof EngineError && error.status !== undefined && statuses.includes(error.status);
}

/** A call whose answer does not matter, of which these statuses say that it was not needed. */
export async function settle(docker: Docker, call: EngineCall, ...fine: readonly number[]): Promise<void> {
  try {
    await docker.engine.json(call);
  } catch (error) {
    if (!isStatus(error, ...fine)) throw error;
  }
}

const PASSING = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR', 'ETIMEDOUT']);

/** Whether the connection or the engine is at fault, so that asking again may help. */
export function isPassing(error: unknown): boolean {
  if (error instanceof EngineError) return error.status === undefined || error.status >= 500;
  return PASSING.has(errnoOf(error) ?? '');
}
