import { CANCELLED_EXIT_CODE, type ErrorKind, exitCodeOf, UserError } from '../errors.ts';
import type { Reason, Verdict } from './types/verdict.ts';

/** What is known of a run that is over. */
export interface RunEnd {
  /** We were asked to stop it. */
  readonly cancelled: boolean;
  /** Another process was asked to stop it, and which; undefined: none, as far as is known. */
  readonly stoppedBy?: string | undefined;
  /** It was stopped, here or on the far side, because its time was up. */
  readonly timedOut: boolean;
  /** The kernel killed a process of it for memory; only with a non-zero exit code it was the one that mattered. */
  readonly outOfMemory: boolean;
  /** The machine or the engine went away under it. */
  readonly interrupted: boolean;
  /** It never started, and why. */
  readonly launch?: LaunchFailure | undefined;
  readonly exitCode?: number | undefined;
}

export interface LaunchFailure {
  readonly reason: Extract<
    Reason,
    'node-error' | 'image-pull' | 'no-capacity' | 'queue-timeout' | 'failed' | 'interrupted' | 'preflight'
  >;
  readonly detail: string;
  readonly hint?: string | undefined;
  readonly exitCode?: number | undefined;
}

/** Our cancel before the time limit, before the engine's word on memory and machine, before the exit code. */
export function verdictOf(ending: RunEnd): Verdict {
  const { exitCode } = ending;
  if (ending.cancelled) return { reason: 'cancelled', exitCode };
  if (ending.timedOut) return { reason: 'timeout', exitCode };
  // One that ended well all the same is no cancelled one.
  if (ending.stoppedBy !== undefined && exitCode !== 0)
    return { reason: 'cancelled', exitCode, detail: `it was stopped by ${ending.stoppedBy}` };
  if (ending.outOfMemory && exitCode !== 0) return { reason: 'oom-host', exitCode, ...OOM_HOST };
  if (ending.interrupted)
    return { reason: 'interrupted', exitCode, detail: 'the engine stopped during the run' };
  if (ending.launch !== undefined) return ending.launch;
  if (exitCode === undefined) return { reason: 'internal', detail: 'the engine did not report how it ended' };
  return exitCode === 0
    ? { reason: 'succeeded', exitCode }
    : { reason: 'failed', exitCode, ...meaningOf(exitCode) };
}

const OOM_HOST = {
  detail: 'the container ran out of memory',
  hint: 'raise "memory" in the spec, or load less at once: fewer workers, smaller batches',
};

/** Messages of the frameworks when a GPU's memory is full: PyTorch, cuBLAS and CUDA itself, JAX and TensorFlow. */
const GPU_MEMORY =
  /CUDA out of memory|CUDA error: out of memory|torch\.OutOfMemoryError|CUDA_ERROR_OUT_OF_MEMORY|CUBLAS_STATUS_ALLOC_FAILED|cudaErrorMemoryAllocation|HIP out of memory|RESOURCE_EXHAUSTED: Out of memory|OOM when allocating tensor/;

export function gpuMemoryRanOut(line: string): boolean {
  return GPU_MEMORY.test(line);
}

/** A failure whose log spoke of the GPU's memory is that failure; a job that coped with it and went on is none. */
export function withGpuMemory(verdict: Verdict): Verdict {
  if (verdict.reason !== 'failed') return verdict;
  return {
    ...verdict,
    reason: 'oom-gpu',
    detail: 'the GPU ran out of memory',
    hint: 'use a smaller batch, mixed precision or gradient checkpointing, or ask for a larger "gpu" in the spec',
  };
}

/** How shells and Docker read the high exit codes. */
function meaningOf(exitCode: number): { readonly detail?: string } {
  if (exitCode === 126) return { detail: 'the command was found but cannot be executed' };
  if (exitCode === 127) return { detail: 'the command was not found in the image' };
  const signal = SIGNALS.get(exitCode - 128);
  return signal === undefined ? {} : { detail: `it was ended by ${signal}` };
}

const SIGNALS: ReadonlyMap<number, string> = new Map([
  [2, 'SIGINT'],
  [3, 'SIGQUIT'],
  [4, 'SIGILL'],
  [6, 'SIGABRT'],
  [7, 'SIGBUS: often a full /dev/shm, which "shm" in the spec makes larger'],
  [8, 'SIGFPE'],
  [9, 'SIGKILL'],
  [11, 'SIGSEGV'],
  [15, 'SIGTERM'],
]);

const UNAVAILABLE: ReadonlySet<Reason> = new Set([
  'lost-contact',
  'image-pull',
  'no-capacity',
  'queue-timeout',
  'node-error',
]);

/** Whether nothing is known to be wrong: it succeeded, or it goes on. */
export function isGood({ reason }: Pick<Verdict, 'reason'>): boolean {
  return reason === 'succeeded' || reason === 'detached';
}

/** The job's own exit code where there is one; 130 when it was cancelled; 4 when there was nowhere to run it; else 1. */
export function exitCodeOfVerdict({ reason, exitCode }: Verdict): number {
  if (isGood({ reason })) return 0;
  if (exitCode !== undefined && exitCode >= 1 && exitCode <= 255) return exitCode;
  if (reason === 'cancelled') return CANCELLED_EXIT_CODE;
  const kind: ErrorKind = UNAVAILABLE.has(reason) ? 'unavailable' : 'input';
  return exitCodeOf(new UserError(reason, { kind }));
}
