import { describe, expect, it } from '@jest/globals';
import { INPUT_DEFAULTS } from '../../../src/inputs/inputs.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { recordOf } from '../../../src/run/record.ts';
import type { Ended } from '../../../src/run/records/ended.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { listRuns, stopRun } from '../../../src/steps/left-runs/stop-run.ts';
import { main } from '../../../src/steps/main.ts';
import type { RunStatus } from '../../../src/tools/backend.ts';
import type { KnownRun } from '../../../src/tools/runs.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';
import { runPlan } from '../../report/results.ts';

const FILES = { 'jobimg.yml': 'name: train\nrun: python train.py\nimage: python:3.13\n' };
const OTHER = { 'jobimg.yml': 'name: other\nrun: python other.py\nimage: python:3.13\n' };
const GITHUB = { runId: '7', runAttempt: '2', job: 'gpu', action: '__jobimg' };

const run = (world: FakeWorld) =>
  main({ ...INPUT_DEFAULTS, folder: '/work', registry: { kind: 'none' }, until: 'run' }, world.tools);

/** The plan that a start of these files comes to. */
async function planned(changes: Partial<Tools['caller']> = {}): Promise<RunPlan> {
  const [first] = (await run(fakeWorld(FILES, changes))).runs;
  if (first === undefined) throw new Error('nothing was planned');
  return first.run;
}

interface Left extends Partial<KnownRun> {
  readonly standing: RunStatus['state'];
  readonly plan?: RunPlan;
  /** Of the workflow that started it. */
  readonly github?: typeof GITHUB;
}

const ENDED: Ended = {
  at: '2026-12-01T00:00:00.000Z',
  reason: 'succeeded',
  'exit-code': 0,
  detail: null,
  duration: 3,
  metrics: {},
  outputs: ['outputs/metrics.json'],
  size: 14,
};

/** A process that was killed has left a run of this plan. */
function leave(world: FakeWorld, { standing, plan = runPlan(), github, ...changes }: Left): string {
  const handle = {
    backend: 'docker',
    run: plan.id,
    name: `jobimg-${plan.id}`,
    hash: plan.hash,
    native: {},
  } as const;
  const owner = { pid: 9, host: 'box', boot: '1', namespace: '1', started: '1' };
  const record = recordOf(plan, handle, { folder: '/work', github, owner, now: new Date(0) });
  world.known.set(plan.id, { record, owner: 'dead', ended: undefined, ...changes });
  world.standing.set(plan.id, standing);
  return plan.id;
}

const leftPlan = async (): Promise<RunPlan> => ({
  ...(await planned()),
  id: 'train-left',
  family: 'train-left',
});

describe('a run whose command was killed', () => {
  it.each(['queued', 'running', 'ended'] as const)(
    'and that is %s is gone on with, and is not started twice',
    async (standing) => {
      const world = fakeWorld(FILES);
      const id = leave(world, { standing, plan: await leftPlan() });

      const { runs } = await run(world);

      expect(world.started).toEqual([]);
      expect(runs).toMatchObject([
        { run: { id, job: 'train' }, verdict: { reason: 'succeeded' }, outputs: ['outputs/metrics.json'] },
      ]);
      expect(world.lines).toContainEqual(
        expect.stringContaining(`attached to the run ${id}, started at 1970-01-01T00:00:00.000Z`),
      );
      expect(world.done).toEqual([
        `restart ${id}`,
        `collect ${id}`,
        `keep ${id} succeeded`,
        `clean ${id}`,
        `forget ${id}`,
      ]);
      expect(world.known.size).toBe(0);
    },
  );

  it('is tried again with the count that it had', async () => {
    const files = { 'jobimg.yml': `${FILES['jobimg.yml']}retry: { max: 3, on: [error] }\n` };
    const world = fakeWorld(files);
    const plan = { ...(await leftPlan()), id: 'train-left-t3', retries: 2 };
    leave(world, { standing: 'running', plan });
    world.verdict = { reason: 'failed', exitCode: 3 };

    const { runs } = await run(world);

    expect(world.started).toHaveLength(1);
    expect(runs.map((one) => [one.run.retries, one.earlier?.map((before) => before.run)])).toEqual([
      [3, ['train-left-t3']],
    ]);
  });

  it('and that another process made its own meanwhile is left to that one', async () => {
    const world = fakeWorld(FILES);
    leave(world, { standing: 'running', plan: await leftPlan() });
    const tools = { ...world.tools, runs: { ...world.tools.runs, claim: async () => false } };

    await run({ ...world, tools });

    expect(world.started).toEqual(['python train.py']);
    expect(world.done).not.toContain('clean train-left');
  });

  it('and that was removed while images were made is started again', async () => {
    const world = fakeWorld(FILES);
    leave(world, { standing: 'running', plan: await leftPlan() });
    const { open } = world.tools.runs;
    let looks = 0;
    const gone = async (record: KnownRun['record']) => {
      looks += 1;
      if (looks > 1) world.standing.delete('train-left');
      return await open(record);
    };

    await run({ ...world, tools: { ...world.tools, runs: { ...world.tools.runs, open: gone } } });

    expect(world.started).toEqual(['python train.py']);
  });

  it('and that another terminal follows is none of our business', async () => {
    const world = fakeWorld(FILES);
    const id = leave(world, { standing: 'running', plan: await leftPlan(), owner: 'alive' });

    await run(world);

    expect(world.started).toEqual(['python train.py']);
    expect(world.lines.join('\n')).not.toContain(id);
    expect([...world.known.keys()]).toEqual([id]);
  });

  it('and that goes on is told, with the command that stops it, where another job is started', async () => {
    const world = fakeWorld(OTHER);
    const id = leave(world, { standing: 'running', plan: await leftPlan() });

    await run(world);

    expect(world.lines).toContainEqual(
      `the run ${id} of the job train, started at 1970-01-01T00:00:00.000Z, was left by a process that was killed; it is still running; stop it with: jobimg stop ${id}`,
    );
    expect(world.done.filter((one) => one.endsWith(` ${id}`))).toEqual([]);
    expect([...world.known.keys()]).toEqual([id]);
  });

  it('and that waits in a queue is told, and neither removed nor taken for over', async () => {
    const world = fakeWorld(OTHER);
    const id = leave(world, { standing: 'queued', plan: await leftPlan() });

    await run(world);

    expect(world.lines).toContainEqual(
      expect.stringContaining(`; it is still queued; stop it with: jobimg stop ${id}`),
    );
    expect([...world.known.keys()]).toEqual([id]);
  });

  it('and that has ended is brought home where another job is started', async () => {
    const world = fakeWorld(OTHER);
    const id = leave(world, { standing: 'ended', plan: await leftPlan() });

    const { runs } = await run(world);

    expect(world.done.slice(0, 5)).toEqual([
      `restart ${id}`,
      `collect ${id}`,
      `keep ${id} succeeded`,
      `clean ${id}`,
      `forget ${id}`,
    ]);
    expect(runs).toMatchObject([{ run: { job: 'other' } }]);
    expect(world.lines).toContainEqual(
      `the run ${id} of the job train: succeeded; what it left is in /runs/1`,
    );
    expect(world.lines.filter((line) => line === 'hello')).toHaveLength(1);
  });

  it.each<[string, Left, readonly string[]]>([
    ['was never started', { standing: 'created' }, ['clean train-1-1', 'forget train-1-1']],
    [
      'was brought home already',
      { standing: 'ended', ended: ENDED },
      ['clean train-1-1', 'forget train-1-1'],
    ],
    ['is gone', { standing: 'absent' }, ['keep train-1-1 interrupted', 'forget train-1-1']],
  ])('and that %s is cleaned away', async (_, left, done) => {
    const world = fakeWorld(OTHER);
    leave(world, left);

    await run(world);

    expect(world.done.slice(0, done.length)).toEqual(done);
    expect(world.known.size).toBe(0);
  });

  it('while its outputs were pushed has them pushed before it is removed', async () => {
    const world = fakeWorld(OTHER);
    const image = { registry: 'ghcr.io', path: 'acme/train', digest: sha256('image') };
    const plan = { ...(await leftPlan()), image, outputsTo: 'registry' };
    const id = leave(world, { standing: 'ended', ended: ENDED, plan });

    await run(world);

    expect(world.referrers.get(image.digest)).toMatchObject([
      { artifactType: 'application/vnd.jobimg.outputs.v1' },
    ]);
    expect(world.done.slice(0, 3)).toEqual([`amend ${id} succeeded`, `clean ${id}`, `forget ${id}`]);
  });

  it('and that succeeded needs its checkpoint no more', async () => {
    const world = fakeWorld(OTHER);
    const checkpoint = { name: 'checkpoint', path: 'state', key: 'a'.repeat(16) };
    leave(world, { standing: 'ended', plan: { ...(await leftPlan()), checkpoint } });

    await run(world);
    await Promise.all(world.afterwards);

    expect(world.done).toContain(`release ${checkpoint.key}`);
  });

  it('and of whose process nothing is known is told, and left alone', async () => {
    const world = fakeWorld(FILES);
    leave(world, {
      standing: 'absent',
      owner: 'unknown',
      plan: { ...(await leftPlan()), timeout: 2_000_000_000 },
    });
    leave(world, { standing: 'running', owner: 'unknown', plan: { ...(await leftPlan()), id: 'train-far' } });
    const waits = { ...(await leftPlan()), id: 'train-waits', queueTimeout: 2_000_000_000 };
    leave(world, { standing: 'absent', owner: 'unknown', plan: waits });

    await run(world);

    expect(world.started).toEqual(['python train.py']);
    expect([...world.known.keys()]).toEqual(['train-left', 'train-far', 'train-waits']);
    expect(world.lines.filter((line) => line.includes('cannot be seen from here'))).toHaveLength(3);
  });

  it('and that is absent and past is given up, whether or not its process can be seen', async () => {
    const world = fakeWorld(FILES);
    leave(world, { standing: 'absent', owner: 'unknown', plan: await leftPlan() });

    await run(world);

    expect(world.done.slice(0, 2)).toEqual(['keep train-left interrupted', 'forget train-left']);
  });

  it('and whose engine does not answer stops nothing', async () => {
    const world = fakeWorld(FILES);
    leave(world, { standing: 'running' });
    const open = async (): Promise<never> => {
      throw new Error('no engine');
    };

    await run({ ...world, tools: { ...world.tools, runs: { ...world.tools.runs, open } } });

    expect(world.started).toEqual(['python train.py']);
    expect(world.lines).toContainEqual(
      'the run train-1-1, started at 1970-01-01T00:00:00.000Z, may still be there: no engine',
    );
  });
});

describe('a run whose runner was killed', () => {
  const caller = { run: { github: GITHUB, random: '0123456789abcdef', attempt: 2 } };
  const earlier = async (changes: Partial<RunPlan> = {}): Promise<RunPlan> => ({
    ...(await planned(caller)),
    id: '7-1-train',
    ...changes,
  });

  it.each(['queued', 'running'] as const)(
    'and is %s is gone on with by a later attempt',
    async (standing) => {
      const world = fakeWorld(FILES, caller);
      const id = leave(world, {
        standing,
        plan: await earlier(),
        github: { ...GITHUB, runAttempt: '1' },
      });

      const { runs } = await run(world);

      expect(world.started).toEqual([]);
      expect(runs).toMatchObject([{ run: { id } }]);
    },
  );

  it('and has ended is brought home, and the later attempt is one', async () => {
    const world = fakeWorld(FILES, caller);
    const id = leave(world, {
      standing: 'ended',
      plan: await earlier(),
      github: { ...GITHUB, runAttempt: '1' },
    });

    await run(world);

    expect(world.started).toEqual(['python train.py']);
    expect(world.done.slice(0, 2)).toEqual([`restart ${id}`, `collect ${id}`]);
  });

  it('and has ended is removed before a start of the same attempt begins anew', async () => {
    const world = fakeWorld(FILES, caller);
    world.removesLater = true;
    const plan = await planned(caller);
    const id = leave(world, { standing: 'ended', plan, github: caller.run.github });

    const { runs } = await run(world);

    expect(runs.map((one) => one.run.id)).toEqual([id]);
    expect(world.started).toEqual(['python train.py']);
    expect(world.done.slice(0, 5)).toEqual([
      `restart ${id}`,
      `collect ${id}`,
      `keep ${id} succeeded`,
      `clean ${id}`,
      `forget ${id}`,
    ]);
  });

  it('is not gone on with by another run of the workflow, which tells how to stop it', async () => {
    const world = fakeWorld(FILES, caller);
    leave(world, {
      standing: 'running',
      plan: await earlier({ family: '6-train' }),
      github: { ...GITHUB, runId: '6' },
    });

    await run(world);

    expect(world.started).toEqual(['python train.py']);
    expect(world.lines.join('\n')).toContain('stop it with: docker stop jobimg-7-1-train');
  });

  it('is not gone on with by a person, nor the other way round', async () => {
    const [person, workflow] = [fakeWorld(FILES), fakeWorld(FILES, caller)];
    leave(person, { standing: 'running', plan: await leftPlan(), github: GITHUB });
    leave(workflow, { standing: 'running', plan: await earlier({ family: 'train-1' }) });

    await Promise.all([run(person), run(workflow)]);

    expect([person.started, workflow.started]).toEqual([['python train.py'], ['python train.py']]);
  });
});

describe('a run that was detached', () => {
  async function detached(world: FakeWorld, standing: RunStatus['state'], plan: RunPlan): Promise<string> {
    const id = leave(world, { standing, plan, owner: 'unknown' });
    const known = world.known.get(id);
    if (known === undefined) throw new Error('it was not left');
    world.known.set(id, { ...known, record: { ...known.record, detached: true } });
    return id;
  }

  it('and that goes on is gone on with by the same start', async () => {
    const world = fakeWorld(FILES);
    const id = await detached(world, 'running', await leftPlan());

    const { runs } = await run(world);

    expect(world.started).toEqual([]);
    expect(runs.map((one) => one.run.id)).toEqual([id]);
    expect(world.lines).toContainEqual(
      `the detached run ${id} of the job train, started at 1970-01-01T00:00:00.000Z: is running; see it with: jobimg attach ${id}`,
    );
  });

  it('and that has ended is told and brought home, and the same start starts anew', async () => {
    const world = fakeWorld(FILES);
    world.verdict = { reason: 'failed', exitCode: 3 };
    const id = await detached(world, 'ended', await leftPlan());

    await run(world);

    expect(world.started).toEqual(['python train.py']);
    expect(world.done).toContain(`keep ${id} failed`);
    expect(world.lines).toContainEqual(
      `the detached run ${id} of the job train, started at 1970-01-01T00:00:00.000Z: failed, exit code 3`,
    );
  });

  it('and of which nothing is left was removed before anybody fetched it', async () => {
    const world = fakeWorld(OTHER);
    const id = await detached(world, 'absent', await leftPlan());

    await run(world);

    expect(world.lines).toContainEqual(
      `the run ${id} of the job train is over: it was removed where it ran before anybody fetched its result`,
    );
  });
});

describe('jobimg stop', () => {
  it('says that there is nothing to stop', async () => {
    expect(await listRuns(fakeWorld({}).tools)).toEqual(['no run of this machine is going on']);
  });

  it('lists the runs, and who follows them', async () => {
    const world = fakeWorld({});
    leave(world, { standing: 'running' });

    expect(await listRuns(world.tools)).toEqual([
      'train-1-1  job train, started at 1970-01-01T00:00:00.000Z, followed by nobody',
    ]);
  });

  it.each(['queued', 'running'] as const)('stops a run that is %s, and brings it home', async (standing) => {
    const world = fakeWorld({});
    world.verdict = { reason: 'failed', exitCode: 143 };
    const id = leave(world, { standing });

    await stopRun(id, world.tools);

    expect(world.done).toEqual([
      `stop ${id}`,
      `restart ${id}`,
      `collect ${id}`,
      `keep ${id} cancelled`,
      `clean ${id}`,
      `forget ${id}`,
    ]);
  });

  it('tells the place what was called, for whoever follows it', async () => {
    const world = fakeWorld({});
    const id = leave(world, { standing: 'running', owner: 'alive' });
    const asked: unknown[] = [];
    const open = async (known: Parameters<Tools['runs']['open']>[0]) => {
      const { backend, status } = await world.tools.runs.open(known);
      const stop: typeof backend.stop = async ({ run }, ...words) => void asked.push(run, ...words);
      return { backend: { ...backend, stop }, status };
    };

    await stopRun(id, { ...world.tools, runs: { ...world.tools.runs, open } });

    expect(asked).toEqual([id, runPlan().stopGrace, 'jobimg stop']);
  });

  it('leaves the outputs to the process that follows it', async () => {
    const world = fakeWorld({});
    const id = leave(world, { standing: 'running', owner: 'alive' });

    await stopRun(id, world.tools);

    expect(world.done).toEqual([`stop ${id}`]);
    expect(world.lines.at(-1)).toBe(`the process 9, which follows the run ${id}, collects its outputs`);
  });

  it.each(['running', 'ended', 'absent'] as const)(
    'leaves one that is %s to a process on another machine, which may follow it',
    async (standing) => {
      const world = fakeWorld({});
      const id = leave(world, { standing, owner: 'unknown' });

      await stopRun(id, world.tools);

      expect(world.done).toEqual(standing === 'running' ? [`stop ${id}`] : []);
      expect([...world.known.keys()]).toEqual([id]);
      expect(world.lines.at(-1)).toMatch(/the process 9 on box/);
    },
  );

  it('says how to end what only the process that follows it knows', async () => {
    const world = fakeWorld({});
    const id = leave(world, { standing: 'absent', owner: 'alive' });

    await stopRun(id, world.tools);

    expect(world.done).toEqual([]);
    expect(world.lines.at(-1)).toMatch(/^the run train-1-1 is not started yet; .*: kill -INT 9$/);
  });

  it.each(['created', 'absent'] as const)('removes what is left of one that is %s', async (standing) => {
    const world = fakeWorld({});
    const id = leave(world, { standing });

    await stopRun(id, world.tools);

    expect(world.done).toEqual([`clean ${id}`, `forget ${id}`]);
  });

  it('says which runs there are when it knows none of that id', async () => {
    const world = fakeWorld({});
    leave(world, { standing: 'running' });

    await expect(stopRun('train-2', world.tools)).rejects.toMatchObject({
      kind: 'usage',
      findings: [{ code: 'no-run', hint: 'these are: train-1-1' }],
    });
  });
});
