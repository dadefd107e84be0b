import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { failureOf } from '../../src/report/failure.ts';

const aborted = (): Error => Object.assign(new Error('This operation was aborted'), { name: 'AbortError' });

describe('the end of a step that has no result', () => {
  it.each([
    ['input', 1],
    ['build', 3],
    ['unavailable', 4],
  ] as const)('has the kind of its error as reason: %s, and exit code %i', (kind, exitCode) => {
    const error = new UserError('no', { kind, code: 'no-spec' });

    const failure = failureOf(error, false);

    expect(failure).toEqual({ status: 'failure', reason: kind, exitCode, findings: error.findings });
  });

  it.each([false, true])('is a bug with its stack, cancelled or not: %s', (isCancelled) => {
    const failure = failureOf(new TypeError('x is undefined'), isCancelled);

    expect(failure).toMatchObject({ status: 'failure', reason: 'internal', exitCode: 5 });
    expect(failure.findings).toMatchObject([{ level: 'error', code: 'internal' }]);
    expect(failure.findings[0]?.message).toMatch(/please report it:\nTypeError: x is undefined\n +at /);
  });

  it('is no error when the step was cancelled', () => {
    const build = failureOf(new UserError('the build was cancelled', { kind: 'build' }), true);
    const call = failureOf(aborted(), true);

    expect([build, call]).toMatchObject([
      { status: 'cancelled', reason: 'cancelled', exitCode: 130 },
      { status: 'cancelled', reason: 'cancelled', exitCode: 130 },
    ]);
    expect([...build.findings, ...call.findings].map(({ level, message }) => [level, message])).toEqual([
      ['warning', 'the build was cancelled'],
      ['warning', 'cancelled'],
    ]);
  });
});
