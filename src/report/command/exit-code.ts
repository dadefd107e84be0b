import { CANCELLED_EXIT_CODE } from '../../errors.ts';
import { byJob } from '../../run/by-job.ts';
import { isGood } from '../../run/reason.ts';
import { decisiveRun } from '../../run/representative.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Verdict } from '../../run/types/verdict.ts';

/**
 * Of `run`, `attach` and `shell`, which otherwise exit as the job or the shell did: it says that the failure is none
 * of theirs, as 125 of `docker run` does.
 */
export const OURS = 125;

/** What one run gives a command that waited for it: the job's own code, 130 when it was cancelled, else 125. */
export function runExitCode({ reason, exitCode }: Verdict): number {
  if (isGood({ reason })) return 0;
  if (reason === 'cancelled') return CANCELLED_EXIT_CODE;
  return exitCode !== undefined && exitCode >= 1 && exitCode <= 255 ? exitCode : OURS;
}

/** The largest of the jobs' codes, unless one was cancelled: then whoever called knows that it did not go to its end. */
export function runsExitCode(runs: readonly RunResult[]): number {
  const decisive = byJob(runs, ({ run }) => run.job)
    .map(decisiveRun)
    .filter((run) => run !== undefined);
  if (decisive.some(({ verdict }) => verdict.reason === 'cancelled')) return CANCELLED_EXIT_CODE;
  return Math.max(0, ...decisive.map(({ verdict }) => runExitCode(verdict)));
}
