import { planOf } from '../kept-plan.ts';
import type { RunRecord } from '../record.ts';
import type { RunResult } from '../types/result.ts';
import type { Reason } from '../types/verdict.ts';
import type { Ended } from './ended.ts';

/** As much of the result of an earlier process as it takes to push and to upload what the run has left. */
export function keptResult(record: RunRecord, ended: Ended, outputsFolder: string): RunResult {
  const exitCode = ended['exit-code'] ?? undefined;
  const detail = ended.detail ?? undefined;
  return {
    run: planOf(record),
    // Written by any release: a reason that is not known here is shown as it is.
    verdict: { reason: ended.reason as Reason, exitCode, detail },
    duration: ended.duration,
    outputs: ended.outputs,
    outputsFolder,
    metrics: [],
  };
}

/** Whether the process was killed before the outputs were pushed. */
export function isUnpushed({ plan }: RunRecord, ended: Ended): boolean {
  return (
    plan['outputs-to'] === 'registry' &&
    ended.reason !== 'internal' &&
    ended['outputs-artifact'] === undefined
  );
}
