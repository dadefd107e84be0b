import { outcomeText } from '../outcome.ts';
import type { RunPlan } from '../types/plan.ts';
import type { RunResult } from '../types/result.ts';
import type { Verdict } from '../types/verdict.ts';

type Tried = Pick<RunPlan, 'retry' | 'retries'>;

function numberOf({ retry, retries = 0 }: Tried): string {
  return `attempt ${retries + 1} of ${(retry?.max ?? retries) + 1}`;
}

/** Why a run is started again, and when. */
export function nextAttemptText(run: Tried, verdict: Verdict, after: number): string {
  const why = [outcomeText(verdict), verdict.detail].filter(Boolean).join(': ');
  return `${numberOf(run)}: ${why}; attempt ${(run.retries ?? 0) + 2} starts in ${after} s`;
}

/** `attempt 3 of 4, after: interrupted, failed`; undefined: the run was started once. */
export function attemptsText({ run, earlier = [] }: Pick<RunResult, 'run' | 'earlier'>): string | undefined {
  if (run.retries === undefined) return undefined;
  const reasons = earlier.map(({ verdict }) => verdict.reason).join(', ');
  return reasons === '' ? numberOf(run) : `${numberOf(run)}, after: ${reasons}`;
}
