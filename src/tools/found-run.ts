import type { KeptPlan } from '../run/kept-plan.ts';
import type { RunState } from '../run/state.ts';
import type { Handle } from '../run/types/handle.ts';
import type { KnownRun } from './runs.ts';

/** A run as its place tells of it, or this machine's record, or both. */
export interface FoundRun {
  readonly handle: Handle;
  readonly job: string;
  /** undefined: another release has started it, and nothing here knows its plan. */
  readonly plan: KeptPlan | undefined;
  /** `unknown`: its place does not answer. */
  readonly state: RunState | 'unknown';
  readonly started: string | undefined;
  readonly overdue: boolean;
  /** What this machine knows of it; undefined: nothing. */
  readonly known: KnownRun | undefined;
}

/** A run whose deadline has passed. */
export interface Reaped {
  readonly run: string;
  readonly job: string;
  readonly backend: string;
  readonly started: string | undefined;
  /** Why it is still there; undefined: it was removed, or would be. */
  readonly failure?: string | undefined;
}
