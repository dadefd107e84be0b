import type { Verdict } from './verdict.ts';

/** An attempt after which the run was started again. */
export interface EndedAttempt {
  readonly run: string;
  readonly verdict: Verdict;
  /** Seconds. */
  readonly duration: number;
}
