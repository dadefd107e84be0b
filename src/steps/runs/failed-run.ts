import { type ErrorKind, isAbort, UserError } from '../../errors.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Reason, Verdict } from '../../run/types/verdict.ts';

/** A run of which there is nothing. */
export function notRun(run: RunPlan, verdict: Verdict): RunResult {
  return { run, verdict, duration: 0, outputs: [], metrics: [] };
}

/** What the user can mend is found before anything starts. */
const REASONS: Readonly<Record<ErrorKind, Reason>> = {
  input: 'preflight',
  usage: 'preflight',
  build: 'internal',
  unavailable: 'node-error',
};

/** The result of a run that ended in an error: what was made before it, and how it ended, is still told. */
export function failedRun(run: RunPlan, error: UserError): RunResult {
  const [finding] = error.findings;
  return notRun(run, { reason: REASONS[error.kind], detail: error.message, hint: finding?.hint });
}

/** Of a run that is asked to stop, whatever it then ended in; a bug of ours is thrown. */
export function stoppedRun(run: RunPlan, error: unknown): RunResult {
  if (error instanceof UserError)
    return notRun(run, { reason: 'cancelled', detail: error.message, hint: error.findings[0]?.hint });
  if (isAbort(error)) return notRun(run, { reason: 'cancelled' });
  throw error;
}
