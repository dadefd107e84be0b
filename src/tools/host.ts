import type { Finding } from '../errors.ts';
import type { Handle } from '../run/types/handle.ts';

/** The GitHub runner or a terminal. */
export interface Host {
  /** A phase of the story, and below it a line that says how it went: `outcomeOf` where "done" says too little. */
  group<T>(title: string, work: () => Promise<T>, outcomeOf?: (value: T, took: string) => string): Promise<T>;
  /** One line of ours. */
  info(line: string): void;
  /** Lines of somebody else (build, container), already cleaned; those that come together are written together. */
  lines(texts: readonly string[]): void;
  /** What a progress bar of somebody else shows now, already cleaned. */
  bar(text: string): void;
  /** Milliseconds between two states of a bar, at least. */
  readonly barEvery: number;
  finding(finding: Finding): void;
  /** Values that nobody may show, for those who do not read them from here: later steps of the job. */
  mask(values: readonly string[]): void;
  /** A run is on its way, and over: for the post step, and for who leaves without waiting. */
  /** `defaults` is the option that a command about it needs. */
  remember(handle: Handle, defaults?: string): void;
  forget(handle: Handle): void;
  /** Aborted when the user or the runner wants to stop. */
  readonly cancelled: AbortSignal;
  /** Aborted when only moments are left: what still goes on is left to a process that comes after this one. */
  readonly leaving: AbortSignal;
  /** Milliseconds, monotonic. */
  now(): number;
}
