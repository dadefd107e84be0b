import { describe, expect, it } from '@jest/globals';
import type { KeptFolder, RunPlan } from '../../../src/run/types/plan.ts';
import type { RunResult } from '../../../src/run/types/result.ts';
import type { Verdict } from '../../../src/run/types/verdict.ts';
import { runAttempts } from '../../../src/steps/runs/attempts/run-attempts.ts';
import { runAll } from '../../../src/steps/runs/run-all.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { fakeWorld } from '../../fakes/tools.ts';
import { runPlan } from '../../report/results.ts';

const DONE: Verdict = { reason: 'succeeded', exitCode: 0 };
const FAILED: Verdict = { reason: 'failed', exitCode: 3 };
const INTERRUPTED: Verdict = { reason: 'interrupted', detail: 'the engine stopped during the run' };
const CHECKPOINT: KeptFolder = { name: 'checkpoint', path: 'state', key: 'a'.repeat(16) };
const RETRY = { max: 3, on: ['interruption', 'error'], backoff: 10 } as const;

/** A machine on which the attempts end so, one after the other. */
function machine(verdicts: readonly Verdict[]) {
  const paused: number[] = [];
  const released: string[] = [];
  const world = fakeWorld({}, { pause: async (seconds) => void paused.push(seconds) });
  const user = new AbortController();
  const backend = async () => ({
    ...(await world.tools.backend({ name: 'docker', options: {} }, new Map())),
    releaseCheckpoint: async ({ key }: KeptFolder) => void released.push(key),
  });
  const tools: Tools = { ...world.tools, backend, host: { ...world.tools.host, cancelled: user.signal } };
  const runs: RunPlan[] = [];
  const runOnce = async (run: RunPlan): Promise<RunResult> => {
    const verdict = verdicts[runs.length] ?? DONE;
    runs.push(run);
    return { run, verdict, duration: 5, outputs: [], metrics: [] };
  };
  return { world, tools, user, runs, runOnce, paused, released };
}

const PLAN = runPlan({ id: 'train-1', job: 'train', secrets: [], retry: RETRY, checkpoint: CHECKPOINT });

describe('a run with retry', () => {
  it('is started again until it succeeds, and says why and when', async () => {
    const { world, tools, runs, runOnce, paused } = machine([INTERRUPTED, FAILED]);

    const result = await runAttempts(PLAN, tools, runOnce);

    expect(runs.map(({ id }) => id)).toEqual(['train-1', 'train-1-t2', 'train-1-t3']);
    expect(runs.map(({ env }) => env.get('JOBIMG_RESUME') ?? '0')).toEqual(['0', '1', '1']);
    expect(paused).toEqual([10, 20]);
    expect(world.lines).toEqual([
      'attempt 1 of 4: failed (interrupted): the engine stopped during the run; attempt 2 starts in 10 s',
      'attempt 2 of 4: failed, exit code 3; attempt 3 starts in 20 s',
    ]);
    expect([result.verdict, result.run.retries, result.earlier]).toEqual([
      DONE,
      2,
      [
        { run: 'train-1', verdict: INTERRUPTED, duration: 5 },
        { run: 'train-1-t2', verdict: FAILED, duration: 5 },
      ],
    ]);
  });

  it('ends with its last attempt, and its checkpoint is kept', async () => {
    const { world, tools, runs, runOnce, released } = machine([FAILED, FAILED, FAILED, FAILED]);

    const result = await runAttempts(PLAN, tools, runOnce);
    await Promise.all(world.afterwards);

    expect([runs.length, result.verdict, released]).toEqual([4, FAILED, []]);
  });

  it('leaves no checkpoint when it succeeded', async () => {
    const { world, tools, runOnce, released } = machine([INTERRUPTED]);

    await runAttempts(PLAN, tools, runOnce);
    await Promise.all(world.afterwards);

    expect(released).toEqual([CHECKPOINT.key]);
  });

  it('is cancelled while it waits for its next attempt', async () => {
    const { tools, user, runs, runOnce } = machine([INTERRUPTED]);
    const pause: Tools['caller']['pause'] = async (_, signal) => {
      user.abort();
      signal.throwIfAborted();
    };

    const result = await runAttempts(PLAN, { ...tools, caller: { ...tools.caller, pause } }, runOnce);

    expect(runs.map(({ id }) => id)).toEqual(['train-1']);
    expect([result.verdict.reason, result.verdict.detail, result.earlier]).toEqual([
      'cancelled',
      'while it waited for its next attempt',
      undefined,
    ]);
  });

  it('goes on with the count of the run that it was attached to', async () => {
    const { tools, runs, runOnce } = machine([FAILED, FAILED]);
    const attached = async (run: RunPlan): Promise<RunResult> => {
      const result = await runOnce(run);
      return run.id === PLAN.id ? { ...result, run: { ...run, id: 'train-0-t3', retries: 2 } } : result;
    };

    const result = await runAttempts(PLAN, tools, attached);

    expect(runs.map(({ id }) => id)).toEqual(['train-1', 'train-1-t4']);
    expect([result.verdict, result.run.env.get('JOBIMG_ATTEMPT')]).toEqual([FAILED, '4']);
  });

  it('has a record for each attempt, and nothing of any is left', async () => {
    const { world } = machine([]);
    world.verdict = FAILED;

    const { runs } = await runAll([PLAN], world.tools);
    await Promise.all(world.afterwards);

    expect(runs.map(({ run, verdict }) => [run.id, verdict.reason])).toEqual([['train-1-t4', 'failed']]);
    expect(world.done.filter((line) => line.startsWith('keep'))).toEqual([
      'keep train-1 failed',
      'keep train-1-t2 failed',
      'keep train-1-t3 failed',
      'keep train-1-t4 failed',
    ]);
    expect([...world.remembered]).toEqual([]);
  });
});
