import { describe, expect, it } from '@jest/globals';
import { readAnswer, readAnswers } from '../../../src/backends/slurm/answers.ts';
import { isUnsaid, standingOf } from '../../../src/backends/slurm/standing.ts';
import { NoAnswer } from '../../../src/io/polled/passing.ts';

const HASH = `sha256:${'a'.repeat(64)}`;

function standing(facts: Readonly<Record<string, string>>, isLate = true) {
  return standingOf(new Map(Object.entries({ hash: HASH, id: '7', ...facts })), HASH, isLate);
}

describe('how a run on a cluster stands', () => {
  it.each([
    ['waits', { scheduler: 'PENDING|Resources' }, 'queued'],
    ['is fetched by its node', { scheduler: 'RUNNING|None' }, 'pulling'],
    ['runs', { scheduler: 'RUNNING|None', started: '1' }, 'running'],
    ['is about to end', { scheduler: 'COMPLETING|None', started: '1' }, 'running'],
    ['has ended', { exit: '0', started: '1' }, 'ended'],
    ['is another plan', { hash: 'sha256:b' }, 'absent'],
  ])('%s', (_, facts, state) => {
    expect(standing(facts as Record<string, string>).state).toBe(state);
  });

  it.each([
    ['0', {}, { reason: 'succeeded', exitCode: 0 }],
    ['3', {}, { reason: 'failed', exitCode: 3 }],
    ['137', { oom: 'true' }, { reason: 'oom-host', exitCode: 137 }],
    ['143', { stopped: 'timeout' }, { reason: 'timeout', exitCode: 143 }],
    ['143', { stopped: 'timeout', stop: '5' }, { reason: 'timeout', exitCode: 143 }],
    ['143', { stopped: 'signal', stop: '5' }, { reason: 'cancelled', exitCode: 143 }],
    ['143', { stopped: 'signal', scheduler: 'CANCELLED by 0|None' }, { reason: 'cancelled', exitCode: 143 }],
    ['143', { stopped: 'signal', scheduler: 'PREEMPTED|None' }, { reason: 'interrupted', exitCode: 143 }],
    // Slurm has the exit code of the script for whatever has ended it.
    [
      '143',
      { stopped: 'signal', scheduler: 'FAILED|NonZeroExitCode' },
      { reason: 'interrupted', exitCode: 143 },
    ],
    ['143', { stopped: 'signal', scheduler: 'TIMEOUT|TimeLimit' }, { reason: 'timeout', exitCode: 143 }],
    ['1', { failure: 'image-pull manifest unknown' }, { reason: 'image-pull' }],
    ['1', { failure: 'node-error no such runtime' }, { reason: 'node-error' }],
    // It had ended by itself before it was told to.
    ['0', { stop: '5' }, { reason: 'succeeded', exitCode: 0 }],
  ])('with the code %s and %j it has ended as %j', (exit, facts, verdict) => {
    expect(standing({ ...facts, exit } as Record<string, string>)).toMatchObject({ state: 'ended', verdict });
  });

  it.each([
    ['CANCELLED by 1000|None', 'cancelled'],
    ['TIMEOUT|TimeLimit', 'timeout'],
    ['DEADLINE|DeadLine', 'queue-timeout'],
    ['OUT_OF_MEMORY|OutOfMemory', 'oom-host'],
    ['NODE_FAIL|NodeDown', 'node-error'],
    ['BOOT_FAIL|None', 'node-error'],
    ['PREEMPTED|None', 'interrupted'],
    ['FAILED|JobLaunchFailure', 'node-error'],
    ['COMPLETED|None', 'node-error'],
  ])('is taken from Slurm where the script did not live to say it: %s', (scheduler, reason) => {
    expect(standing({ scheduler })).toMatchObject({ state: 'ended', verdict: { reason } });
  });

  it('waits for files that a shared file system shows late', () => {
    const facts = { scheduler: 'COMPLETED|None', started: '1' };

    expect(standing(facts, false).state).toBe('running');
    expect(isUnsaid(new Map(Object.entries({ hash: HASH, id: '7', ...facts })))).toBe(true);
  });

  it('is not known while the controller gives no answer', () => {
    expect(() => standing({ silent: 'Socket timed out on send/recv operation' })).toThrow(NoAnswer);
  });

  it.each([
    ['PartitionTimeLimit', 'no-capacity'],
    ['PartitionNodeLimit', 'no-capacity'],
    ['BadConstraints', 'no-capacity'],
    ['QOSNotAllowed', 'no-capacity'],
    // What one job may ask for, whatever others do.
    ['QOSMaxGRESPerJob', 'no-capacity'],
    ['QOSMaxMemoryPerNode', 'no-capacity'],
    ['QOSMaxWallDurationPerJobLimit', 'no-capacity'],
    ['QOSMinGRES', 'no-capacity'],
    ['QOSMinCpuNotSatisfied', 'no-capacity'],
    ['AssocMaxCpuPerJobLimit', 'no-capacity'],
    ['MaxMemPerLimit', 'no-capacity'],
    ['ReservationDeleted', 'no-capacity'],
    ['JobHoldMaxRequeue', 'no-capacity'],
    // As Slurm has it in words where a node could not start the job.
    ['launch failed requeued held', 'no-capacity'],
    ['job requeued in held state', 'no-capacity'],
    // Other jobs of the user end.
    ['QOSMaxGRESPerUser', undefined],
    ['QOSMaxJobsPerUserLimit', undefined],
    ['AssocMaxJobsLimit', undefined],
    ['AssocGrpGRES', undefined],
    ['Priority', undefined],
    ['QOSGrpCpuLimit', undefined],
    ['ReqNodeNotAvail', undefined],
  ])('waits for %s, which may never come: %s', (why, reason) => {
    const queued = standing({ scheduler: `PENDING|${why}` });

    expect(queued.state === 'queued' && queued.never?.reason).toBe(reason ?? undefined);
    expect(queued.state === 'queued' && queued.detail).toContain(why);
  });
});

describe('an answer of a script', () => {
  it('ends at the first empty line, and the bytes behind it are the log', () => {
    const { answer, rest } = readAnswer(Buffer.from('id=7\nhash=x=y\nid=8\n\n\nlog\n\n'));

    expect([answer.get('id'), answer.get('hash'), rest.toString()]).toEqual(['8', 'x=y', '\nlog\n\n']);
  });

  it('may be one of many', () => {
    const answers = readAnswers(Buffer.from('name=a\n\nname=b\nid=2\n\n'));

    expect(answers.map((one) => one.get('name'))).toEqual(['a', 'b']);
  });
});
