import type { Finding } from '../../errors.ts';
import type { Failure } from '../failure.ts';
import { findingJson } from './finding-json.ts';

/** The outputs that such a step has. */
type FailureOutput = 'status' | 'reason' | 'exit-code' | 'result';

/** What later steps read of a step that ended without a result. */
export function failureOutputs(
  { status, reason, exitCode }: Failure,
  findings: readonly Finding[],
): ReadonlyMap<FailureOutput, string> {
  return new Map([
    ['status', status],
    ['reason', reason],
    ['exit-code', String(exitCode)],
    ['result', JSON.stringify({ findings: findings.map(findingJson) })],
  ]);
}
