import { describe, expect, it } from '@jest/globals';
import { titleOf } from '../../../src/backends/github/api/runs.ts';
import { printedIn } from '../../../src/backends/github/log.ts';
import { endOf, standingOf } from '../../../src/backends/github/standing.ts';

const URL = 'https://github.com/org/fleet/actions/runs/7';

function run(changes: object = {}) {
  return { id: 7, html_url: URL, created_at: '2026-01-01T00:00:00Z', status: 'queued', ...changes };
}

function job(changes: object = {}) {
  return { id: 8, name: 'run', status: 'queued', labels: ['self-hosted', 'gpu'], ...changes };
}

describe('how a workflow run stands', () => {
  it.each([
    ['waits for a runner', run(), [job()], `no runner with the labels self-hosted, gpu is free: ${URL}`],
    ['has no job yet', run(), [], `GitHub has not started it yet: ${URL}`],
    ['waits for somebody', run({ status: 'waiting' }), [], `somebody has to approve it: ${URL}`],
    [
      'waits for its group',
      run({ status: 'pending' }),
      [],
      `another run of its concurrency group is not over: ${URL}`,
    ],
  ])('is told where it %s', (_, one, jobs, detail) => {
    expect(standingOf(one, jobs)).toEqual({ state: 'queued', detail });
  });

  it.each([
    ['all jobs are over', [job({ status: 'completed' })], 'running'],
    [
      'its own job is over and another has not begun',
      [job({ status: 'completed', steps: [{ name: 'jobimg', status: 'completed' }] }), job()],
      'running',
    ],
    ['a job before its own is over', [job({ status: 'completed' }), job()], 'queued'],
  ])('is told of its jobs where %s', (_, jobs, state) => {
    expect(standingOf(run({ status: 'in_progress' }), jobs).state).toBe(state);
  });

  it('is the step that it has come to', () => {
    const before = [
      { name: 'Set up job', status: 'in_progress' },
      { name: 'jobimg', status: 'pending' },
    ];
    const ours = before.map(({ name }, index) => ({
      name,
      status: ['completed', 'in_progress'][index] ?? '',
    }));
    const at = (steps: typeof before) =>
      standingOf(run({ status: 'in_progress' }), [job({ status: 'in_progress', steps })]);

    expect(at(before)).toEqual({ state: 'pulling', detail: 'run: Set up job' });
    expect(at(ours)).toEqual({ state: 'running' });
  });

  it.each([
    ['cancelled', 'cancelled', undefined],
    ['timed_out', 'timeout', undefined],
    ['stale', 'queue-timeout', undefined],
    ['startup_failure', 'internal', undefined],
    ['skipped', 'internal', undefined],
    ['neutral', 'internal', undefined],
    ['failure', 'failed', 1],
    ['success', 'internal', 1],
  ])('is, without a record, what GitHub concludes: %s', (conclusion, reason, exitCode) => {
    const { verdict } = endOf(run({ conclusion }), undefined);

    expect([verdict.reason, verdict.exitCode]).toEqual([reason, exitCode]);
    expect(verdict.detail).not.toContain('undefined');
  });

  it('is what its record says, whatever GitHub concludes', () => {
    const ended = {
      at: '2026-01-01T00:00:00Z',
      detail: 'the GPU ran out of memory',
      duration: 12,
      metrics: {},
      outputs: [],
      size: 1,
    };
    const record = (reason: string) => ({ ended: { ...ended, reason, 'exit-code': 1 } }) as never;

    expect(endOf(run({ conclusion: 'failure' }), record('oom-gpu'))).toEqual({
      state: 'ended',
      duration: 12,
      verdict: { reason: 'oom-gpu', exitCode: 1, detail: 'the GPU ran out of memory' },
    });
    expect(endOf(run({ conclusion: 'failure' }), record('of-a-later-release')).verdict.reason).toBe(
      'internal',
    );
  });
});

describe('the title of a workflow run', () => {
  const digest = `sha256:${'a'.repeat(64)}`;

  it.each([
    [`jobimg train-1 ghcr.io/acme/train@${digest}`, 'train-1', digest],
    ['jobimg train-1', 'train-1', undefined],
    ['jobimg train-1 ghcr.io/acme/train:v1', 'train-1', undefined],
    ['jobimg train-1 ::error::', 'train-1', undefined],
    ['Jobimg train-1', undefined, undefined],
    ['jobimg ../x', undefined, undefined],
    [null, undefined, undefined],
  ])('%s tells its run and plan', (title, name, plan) => {
    const titled = titleOf({ display_title: title });

    expect([titled?.run, titled?.plan?.digest]).toEqual([name, plan]);
  });
});

describe('the log of a workflow job', () => {
  const time = '2026-01-02T03:04:05.1234567Z ';

  it('has what the job has printed behind its mark', () => {
    const text = `\uFEFF${time}##[group]Run\n${time}| loss=1\r\n${time}run x: at most 1 h\n${time}| | two\n${time}| \n`;

    expect(printedIn(text)).toBe('loss=1\n| two\n\n');
  });

  it('is shown whole where the job never began', () => {
    expect(printedIn(`${time}##[error]no space left\n${time}done\n`)).toBe('##[error]no space left\ndone\n');
    expect(printedIn('')).toBe('');
  });
});
