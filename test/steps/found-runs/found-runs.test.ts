import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { INPUT_DEFAULTS } from '../../../src/inputs/inputs.ts';
import { keptPlan } from '../../../src/run/kept-plan.ts';
import { recordOf } from '../../../src/run/record.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { attachRun } from '../../../src/steps/found-runs/attach-run.ts';
import { backendsAsked } from '../../../src/steps/found-runs/backends-asked.ts';
import { cancelRun } from '../../../src/steps/found-runs/cancel-run.ts';
import { findRun, findRuns } from '../../../src/steps/found-runs/find-runs.ts';
import { reap } from '../../../src/steps/found-runs/reap.ts';
import { showLog } from '../../../src/steps/found-runs/show-log.ts';
import type { ListedRun, RunStatus } from '../../../src/tools/backend.ts';
import type { KnownRun } from '../../../src/tools/runs.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';
import { runPlan } from '../../report/results.ts';

const DOCKER = { name: 'docker', options: {} } as const;
const choices = async () => [DOCKER];
const inputs = { ...INPUT_DEFAULTS, folder: '/work' };

/** A run that its place lists, and that nothing here knows. */
function there(
  world: FakeWorld,
  state: ListedRun['state'],
  changes: Partial<RunPlan> = {},
  more: Partial<ListedRun> = {},
): ListedRun {
  const plan = runPlan({ detached: true, ...changes });
  const one: ListedRun = {
    handle: { backend: 'docker', run: plan.id, name: `jobimg-${plan.id}`, hash: plan.hash, native: {} },
    job: plan.job,
    plan: keptPlan(plan),
    state,
    started: '2026-12-01T00:00:00.000Z',
    overdue: false,
    isOwn: false,
    ...more,
  };
  world.listed.push(one);
  world.standing.set(plan.id, state);
  return one;
}

/** A run that this machine has a record of. */
function known(world: FakeWorld, state: RunStatus['state'], owner: KnownRun['owner']): string {
  const plan = runPlan({ id: 'train-known' });
  const handle = { backend: 'docker', run: plan.id, name: `jobimg-${plan.id}`, hash: plan.hash, native: {} };
  const self = { pid: 9, host: 'box', boot: '1', namespace: '1', started: '1' };
  const record = recordOf(plan, handle, { folder: '/work', owner: self, now: new Date(0) });
  world.known.set(plan.id, { record, owner, ended: undefined });
  world.standing.set(plan.id, state);
  return plan.id;
}

describe('the places that are asked for runs', () => {
  it.each([
    ['what the caller names, as a spec writes it', '{kubernetes: {namespace: ml}}', {}, ['kubernetes']],
    ['what the spec says, of all its jobs', undefined, { 'jobimg.yml': SPEC() }, ['docker', 'kubernetes']],
    [
      'what the defaults say, where there is no spec',
      undefined,
      { '/etc/jobimg.yml': 'backend: kubernetes\n' },
      ['kubernetes'],
    ],
    ['the engine of the machine', undefined, {}, ['docker']],
  ])('are %s', async (_, backend, files, names) => {
    const { tools } = fakeWorld(files as Readonly<Record<string, string>>);
    const defaults = '/etc/jobimg.yml' in files ? '/etc/jobimg.yml' : undefined;

    const found = await backendsAsked(backend, { ...inputs, defaults }, tools);

    expect(found.map(({ name }) => name)).toEqual(names);
  });

  it('have options, and are one where nothing but a pod differs', async () => {
    const { tools } = fakeWorld({});

    const [one] = await backendsAsked('{kubernetes: {namespace: ml}}', inputs, tools);

    expect(String(one?.options['namespace'])).toBe('ml');
    await expect(backendsAsked('batch', inputs, tools)).rejects.toThrow('"batch" is not supported yet');
  });

  it('are none for code that is not trusted', async () => {
    const { tools } = fakeWorld({});
    const rights = { ...tools.caller.rights, run: false, why: 'the code is a stranger’s' };

    const asked = backendsAsked(undefined, inputs, { ...tools, caller: { ...tools.caller, rights } });

    await expect(asked).rejects.toThrow('no run is looked for: the code is a stranger’s');
  });
});

function SPEC(): string {
  return 'image: python:3.13\njobs:\n  one: { run: a }\n  two: { run: b }\n  three: { run: c, backend: kubernetes }\n';
}

describe('runs that are found', () => {
  it('are those of the place and those that this machine knows, each once', async () => {
    const world = fakeWorld({});
    const one = there(world, 'running');
    const id = known(world, 'ended', 'dead');

    const found = await findRuns([DOCKER], world.tools);

    expect(found.map(({ handle, state, known: here }) => [handle.run, state, here !== undefined])).toEqual([
      [id, 'ended', true],
      [one.handle.run, 'running', false],
    ]);
  });

  it('are named by their whole id or by its beginning, where that is one', async () => {
    const world = fakeWorld({});
    there(world, 'running', { id: 'train-aa1' });
    there(world, 'running', { id: 'train-aa' });
    there(world, 'running', { id: 'train-ab' });
    const find = (id: string) => findRun(id, choices, world.tools);

    expect((await find('train-aa')).handle.run).toBe('train-aa');
    expect((await find('train-ab')).handle.run).toBe('train-ab');
    expect((await find('train-aa1')).handle.run).toBe('train-aa1');
    await expect(find('train-a')).rejects.toThrow(
      '"train-a" is the beginning of several runs: train-aa1, train-aa, train-ab',
    );
    await expect(find('other')).rejects.toThrow('there is no run "other", or it is over and was fetched');
  });

  it('are known by their record where their place does not answer', async () => {
    const world = fakeWorld({});
    const id = known(world, 'running', 'dead');
    const open = async () => {
      throw new UserError('the engine is gone');
    };

    const [one] = await findRuns([], { ...world.tools, runs: { ...world.tools.runs, open } });

    expect([one?.handle.run, one?.state]).toEqual([id, 'unknown']);
  });
});

describe('attaching to a run', () => {
  const attach = async (world: FakeWorld, id: string, tools = world.tools) =>
    await attachRun(await findRun(id, choices, tools), tools);

  it('brings home one that nothing here knew, with the code of its job', async () => {
    const world = fakeWorld({});
    world.verdict = { reason: 'failed', exitCode: 3 };
    const { handle } = there(world, 'running');

    const { verdict, outputs, run } = await attach(world, handle.run);

    expect([run.id, run.job, verdict.exitCode, outputs]).toEqual([
      handle.run,
      'train',
      3,
      ['outputs/metrics.json'],
    ]);
    expect(world.done).toEqual(
      ['restart', 'collect', 'keep', 'clean', 'forget'].map((what) =>
        what === 'keep' ? `keep ${handle.run} failed` : `${what} ${handle.run}`,
      ),
    );
    expect(world.lines).toContain('hello');
  });

  it.each([
    ['error', 1],
    ['interruption', 0],
  ] as const)(
    'says that nobody tries it again, when it failed and its retry is on: %s',
    async (cause, expected) => {
      const world = fakeWorld({});
      world.verdict = { reason: 'failed', exitCode: 3 };
      const retry = { max: 2, on: [cause], backoff: 1 };
      const { handle } = there(world, 'ended', { retry });

      await attach(world, handle.run);

      expect(world.lines.filter((line) => line.includes('a run that is detached is tried once')).length).toBe(
        expected,
      );
    },
  );

  it('leaves it when it is asked to stop', async () => {
    const world = fakeWorld({});
    const { handle } = there(world, 'running');
    const host = { ...world.tools.host, cancelled: AbortSignal.abort() };

    const { verdict } = await attach(world, handle.run, { ...world.tools, host });

    expect(verdict).toMatchObject({
      reason: 'detached',
      detail: `it goes on; attach again with the same command, or end it with: jobimg cancel ${handle.run}`,
    });
    expect(world.done).toEqual([`restart ${handle.run}`, `detach ${handle.run}`]);
    expect(world.known.get(handle.run)?.record).toMatchObject({ detached: true, handle: { native: {} } });
  });

  it('is refused where a process of this machine follows it', async () => {
    const world = fakeWorld({});
    const id = known(world, 'running', 'alive');

    await expect(attach(world, id)).rejects.toThrow('the process 9 follows the run "train-known"');
  });

  it('is done when its process is on another machine, and says that it may be there', async () => {
    const world = fakeWorld({});
    const id = known(world, 'ended', 'unknown');

    const { outputs } = await attach(world, id);

    expect(outputs).toEqual(['outputs/metrics.json']);
    expect(world.lines).toContainEqual(
      `the process 9 on box, which cannot be seen from here, may still follow the run ${id}, and fetch its outputs`,
    );
  });

  it('says that somebody may still follow it who did not leave it on purpose', async () => {
    const world = fakeWorld({});
    const { handle } = there(world, 'running', { detached: false });

    await attach(world, handle.run);

    expect(world.lines).toContainEqual(expect.stringContaining('was not started with "detach"'));
  });

  it('is refused where nothing is left, and where nothing tells what it was', async () => {
    const world = fakeWorld({});
    const gone = there(world, 'ended', { id: 'train-gone' });
    world.standing.delete(gone.handle.run);
    const foreign = there(world, 'running', { id: 'train-foreign' }, { plan: undefined });

    await expect(attach(world, gone.handle.run)).rejects.toThrow('nothing is left of the run "train-gone"');
    await expect(attach(world, foreign.handle.run)).rejects.toThrow('does not tell its plan');
  });
});

describe('the log of a run', () => {
  it('is shown from its start, and nothing of the run is touched', async () => {
    const world = fakeWorld({});
    const { handle } = there(world, 'ended');

    await showLog(await findRun(handle.run, choices, world.tools), { follow: false }, world.tools);

    expect(world.lines).toEqual(['hello', 'loss=0.5', `the run ${handle.run}: succeeded`]);
    expect(world.done).toEqual([]);
  });
});

describe('cancelling a run', () => {
  it('that nothing here knew stops it and fetches its outputs', async () => {
    const world = fakeWorld({});
    world.verdict = { reason: 'failed', exitCode: 143 };
    const { handle } = there(world, 'running');
    const { run } = handle;

    await cancelRun(await findRun(run, choices, world.tools), world.tools);

    expect(world.done).toEqual([
      `stop ${run}`,
      `restart ${run}`,
      `collect ${run}`,
      `keep ${run} cancelled`,
      `clean ${run}`,
      `forget ${run}`,
    ]);
  });

  it('that does not tell its plan removes it', async () => {
    const world = fakeWorld({});
    const { handle } = there(world, 'running', {}, { plan: undefined });

    await cancelRun(await findRun(handle.run, choices, world.tools), world.tools);

    expect(world.done).toEqual([`cancel ${handle.run}`]);
  });

  it('that has ended leaves its outputs to whoever attaches', async () => {
    const world = fakeWorld({});
    const { handle } = there(world, 'ended');

    await cancelRun(await findRun(handle.run, choices, world.tools), world.tools);

    expect(world.done).toEqual([]);
    expect(world.lines.at(-1)).toBe(
      `the run ${handle.run} has ended; fetch what it left with: jobimg attach ${handle.run}`,
    );
  });
});

describe('reaping', () => {
  it('removes what is past its deadline, and nothing that only has our labels', async () => {
    const world = fakeWorld({});
    there(world, 'running', { id: 'train-late' }, { overdue: true });
    there(world, 'running', { id: 'train-good' });
    const foreign = there(world, 'running', { id: 'train-foreign' }, { overdue: true });
    world.listed[2] = { ...foreign, handle: { ...foreign.handle, name: 'database' } };

    const planned = await reap([DOCKER], true, world.tools);
    const before = [...world.done];
    const reaped = await reap([DOCKER], false, world.tools);

    expect(before).toEqual([]);
    expect(planned).toEqual(reaped);
    expect(reaped.map(({ run, failure }) => [run, failure])).toEqual([['train-late', undefined]]);
    expect(world.done).toEqual(['cancel train-late', 'forget train-late']);
  });

  it('says what could not be removed, and goes on', async () => {
    const world = fakeWorld({});
    there(world, 'running', { id: 'train-one' }, { overdue: true });
    there(world, 'running', { id: 'train-two' }, { overdue: true });
    const { backend } = world.tools;
    const cancel = async ({ run }: { readonly run: string }): Promise<void> => {
      if (run === 'train-one') throw new UserError('forbidden');
    };
    const tools = {
      ...world.tools,
      backend: async (...of: Parameters<typeof backend>) => ({ ...(await backend(...of)), cancel }),
    };

    const reaped = await reap([DOCKER], false, tools);

    expect(reaped.map(({ run, failure }) => [run, failure])).toEqual([
      ['train-one', 'forbidden'],
      ['train-two', undefined],
    ]);
  });
});
