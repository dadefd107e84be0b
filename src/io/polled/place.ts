import type { Handle } from '../../run/types/handle.ts';
import type { Verdict } from '../../run/types/verdict.ts';

/** How a run stands when somebody asks. */
export type Standing =
  /** It is not there, or is another's. */
  | { readonly state: 'absent' }
  /** `never`: what it waits for will not come. */
  | { readonly state: 'queued'; readonly detail: string; readonly never?: Verdict | undefined }
  | { readonly state: 'pulling'; readonly detail: string }
  | { readonly state: 'running' }
  /** `duration`: seconds, by the clock of its machine. */
  | { readonly state: 'ended'; readonly verdict: Verdict; readonly duration?: number | undefined };

/** One answer of a place: how the run stands, and what its log has beyond what was read. */
export interface Poll {
  readonly standing: Standing;
  /** From where the last answer ended; at the end of the run, all that is left may take several answers. */
  readonly log: Uint8Array;
  /** Where the next answer goes on: an offset in bytes, or whatever else the place calls it. */
  readonly cursor: string;
}

/** A place that has no stream of events: it is asked again and again. */
export interface PolledPlace {
  /** `cursor`: of the answer before this one; undefined: from the beginning. */
  poll(handle: Handle, cursor: string | undefined): Promise<Poll>;
  /** Asks for its end, and returns without waiting for it; a run that waits is taken away. */
  requestStop(handle: Handle, grace: number): Promise<void>;
  /** What a person types to see how it does. */
  readonly watchCommand: (handle: Handle) => string;
  /** Milliseconds between two answers, where nothing happens. */
  readonly every: number;
}
