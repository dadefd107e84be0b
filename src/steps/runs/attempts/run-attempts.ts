import { isAbort, messageOf } from '../../../errors.ts';
import { attemptOf } from '../../../run/attempts/attempt.ts';
import { decideRetry } from '../../../run/attempts/decision.ts';
import { nextAttemptText } from '../../../run/attempts/told.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { EndedAttempt, RunResult } from '../../../run/types/result.ts';
import type { Backend } from '../../../tools/backend.ts';
import type { Tools } from '../../../tools/tools.ts';

/**
 * Runs a plan until it ends in a way that its `retry` does not try again. `runOnce` may go on with a run that is there
 * already: the count then goes on with that one's.
 */
export async function runAttempts(
  first: RunPlan,
  tools: Tools,
  runOnce: (run: RunPlan) => Promise<RunResult>,
): Promise<RunResult> {
  const earlier: EndedAttempt[] = [];
  let result = await runOnce(first);
  for (;;) {
    const { run, verdict, duration } = result;
    const decision = decideRetry(run, verdict);
    if (decision.kind === 'end') break;
    tools.host.info(nextAttemptText(run, verdict, decision.after));
    if (!(await isWaitedFor(decision.after, tools))) {
      result = {
        ...result,
        verdict: { reason: 'cancelled', detail: 'while it waited for its next attempt' },
      };
      break;
    }
    earlier.push({ run: run.id, verdict, duration });
    result = await runOnce({ ...attemptOf(first, (run.retries ?? 0) + 1), earlier: [...earlier] });
  }
  const connect = (): Promise<Backend> => tools.backend(first.backend, new Map());
  tools.afterwards(releaseCheckpoint(result, connect, tools));
  return earlier.length === 0 ? result : { ...result, earlier };
}

/** False when the user wants to stop first. */
async function isWaitedFor(seconds: number, { host, caller }: Tools): Promise<boolean> {
  try {
    await caller.pause(seconds, host.cancelled);
  } catch (error) {
    if (!isAbort(error)) throw error;
  }
  return !host.cancelled.aborted;
}

/** A run that succeeded needs its checkpoint no more; that of another is kept for whoever runs the workflow again. */
export async function releaseCheckpoint(
  { run, verdict }: RunResult,
  connect: () => Promise<Backend>,
  { host }: Pick<Tools, 'host'>,
): Promise<void> {
  if (run.checkpoint === undefined || verdict.reason !== 'succeeded') return;
  try {
    const backend = await connect();
    await backend.releaseCheckpoint?.(run.checkpoint);
  } catch (error) {
    const message = `the checkpoint of the run ${run.id} may still be there: ${messageOf(error)}`;
    host.finding({ level: 'warning', code: 'left-over', message });
  }
}
