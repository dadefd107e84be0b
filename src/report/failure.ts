import {
  CANCELLED_EXIT_CODE,
  type ErrorKind,
  exitCodeOf,
  type Finding,
  isAbort,
  UserError,
} from '../errors.ts';

/** The end of a call that has no result. */
export interface Failure {
  readonly status: 'failure' | 'cancelled';
  /** Of a failure the kind of its error, or `internal` for a bug of ours. */
  readonly reason: ErrorKind | 'internal' | 'cancelled';
  readonly exitCode: number;
  readonly findings: readonly Finding[];
}

/** What was asked to stop before it had a result. */
export const CANCELLED: Failure = {
  status: 'cancelled',
  reason: 'cancelled',
  exitCode: CANCELLED_EXIT_CODE,
  findings: [{ level: 'warning', code: 'cancelled', message: 'cancelled' }],
};

/** What was thrown, for somebody who reads the outputs and the log. A bug keeps its stack, also while a step is cancelled. */
export function failureOf(error: unknown, isCancelled: boolean): Failure {
  const isUsers = error instanceof UserError;
  if (isCancelled && (isUsers || isAbort(error))) {
    return isUsers ? { ...CANCELLED, findings: error.findings.map(asWarning) } : CANCELLED;
  }
  return {
    status: 'failure',
    reason: isUsers ? error.kind : 'internal',
    exitCode: exitCodeOf(error),
    findings: isUsers ? error.findings : [bug(error)],
  };
}

/** What did not work because it was stopped is nobody's mistake. */
function asWarning(finding: Finding): Finding {
  return finding.level === 'error' ? { ...finding, level: 'warning' } : finding;
}

function bug(error: unknown): Finding {
  const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    level: 'error',
    code: 'internal',
    message: `this is a bug in jobimg, please report it:\n${said}`,
  };
}
