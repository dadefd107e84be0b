import { describe, expect, it } from '@jest/globals';
import { INPUT_DEFAULTS } from '../../../src/inputs/inputs.ts';
import { outputsOf } from '../../../src/report/outputs.ts';
import { runFindings } from '../../../src/run/findings.ts';
import { keptPlan } from '../../../src/run/kept-plan.ts';
import { exitCodeOfRuns } from '../../../src/run/representative.ts';
import type { RunEvent } from '../../../src/run/types/event.ts';
import { main } from '../../../src/steps/main.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';
import { runPlan } from '../../report/results.ts';

const FILES = { 'jobimg.yml': 'name: train\nrun: python train.py\nimage: python:3.13\n' };
const inputs = { ...INPUT_DEFAULTS, folder: '/work', registry: { kind: 'none' }, detach: true } as const;

const start = ({ tools }: Pick<FakeWorld, 'tools'>, changes: Partial<Tools> = {}) =>
  main(inputs, { ...tools, ...changes });

/** A world whose run goes so. */
function going(world: FakeWorld, ...events: readonly RunEvent[]): Partial<Tools> {
  const { backend } = world.tools;
  return {
    backend: async (choice, secrets) => ({
      ...(await backend(choice, secrets)),
      async *follow() {
        yield* events;
      },
    }),
  };
}

describe('a detached run', () => {
  it('is left when its process has begun, and is nobody of the post step', async () => {
    const world = fakeWorld(FILES);

    const result = await start(world);

    const [run] = result.runs;
    const id = run?.run.id ?? '';
    expect(world.started).toEqual(['python train.py']);
    expect(world.done).toEqual([`detach ${id}`]);
    expect(world.remembered.size).toBe(0);
    expect(world.known.get(id)?.record).toMatchObject({ detached: true, plan: { detached: true } });
    expect(run?.verdict).toEqual({
      reason: 'detached',
      detail: `it goes on without this process; see it with: jobimg attach ${id}`,
    });
  });

  it('is seen with the file of defaults that this call has named', async () => {
    const world = fakeWorld(FILES, { defaultsOption: ' --defaults /etc/places.yml' });

    const {
      runs: [run],
    } = await start(world);

    expect(run?.verdict.detail).toMatch(/with: jobimg attach \S+ --defaults \/etc\/places\.yml$/);
  });

  it('is running, for later steps, and no failure', async () => {
    const result = await start(fakeWorld(FILES));

    const outputs = outputsOf(result, { trusted: true });
    const [run] = result.runs;
    expect([outputs.get('status'), outputs.get('reason'), outputs.get('run-id')]).toEqual([
      'running',
      'detached',
      run?.run.id,
    ]);
    expect(exitCodeOfRuns(result.runs)).toBe(0);
    const jobs = result.plan.jobs.map(({ job }) => job);
    expect(runFindings(result.runs, jobs)).toEqual([]);
  });

  it('is waited for as long as only this process would start it', async () => {
    const world = fakeWorld(FILES);
    const queued: RunEvent = { type: 'state', state: 'queued', detail: 'waits for 1 GPU' };

    await start(
      world,
      going(world, queued, { type: 'note', message: 'no limit' }, { type: 'state', state: 'started' }),
    );

    expect(world.lines).toEqual(expect.arrayContaining(['queued: waits for 1 GPU', 'no limit']));
  });

  it('is waited for on a cluster where only this process can bring its inputs', async () => {
    const spec = `${FILES['jobimg.yml']}backend: kubernetes\ninputs: { a: data.csv }\n`;
    const world = fakeWorld({ 'jobimg.yml': spec, 'data.csv': '1\n' });
    const bringing: RunEvent = { type: 'state', state: 'pulling', detail: 'its inputs' };

    await start(world, going(world, bringing, { type: 'state', state: 'started' }));

    expect(world.lines).toContainEqual('pulling: its inputs');
    expect(world.done).toContainEqual(expect.stringMatching(/^detach/));
  });

  it('that never began has the result of one that was followed', async () => {
    const world = fakeWorld(FILES);
    const verdict = { reason: 'image-pull', detail: 'it cannot be pulled' } as const;

    const { runs } = await start(world, going(world, { type: 'end', verdict }));

    expect(runs.map((run) => run.verdict.reason)).toEqual(['image-pull']);
    expect(world.done).not.toContainEqual(expect.stringMatching(/^detach/));
  });

  it('is refused where it would end with the runner', async () => {
    const world = fakeWorld(FILES, { hosted: true });

    await expect(start(world)).rejects.toThrow(
      'the job train cannot be detached: it runs on this runner, which GitHub removes with the job of the workflow',
    );
    expect(world.started).toEqual([]);
  });

  it('says before the start, to whoever only checks it, that nobody tries it again', async () => {
    const spec = `${FILES['jobimg.yml']}retry: { max: 2 }\n`;
    const checked = (hosted: boolean) => {
      const { tools } = fakeWorld({ 'jobimg.yml': spec }, { hosted });
      return main({ ...inputs, until: 'plan', check: true }, tools);
    };

    expect((await checked(false)).findings).toContainEqual(
      expect.objectContaining({ code: 'detach-retry', location: expect.objectContaining({ line: 4 }) }),
    );
    await expect(checked(true)).rejects.toThrow('the job train cannot be detached');
  });

  it('may take longer than the runner that starts it elsewhere', async () => {
    const world = fakeWorld({ 'jobimg.yml': `${FILES['jobimg.yml']}timeout: 30h\n` }, { hosted: true });
    const isHere = async (): Promise<boolean> => false;
    const followed = fakeWorld({ 'jobimg.yml': `${FILES['jobimg.yml']}timeout: 30h\n` }, { hosted: true });

    await start(world, { isHere });
    await main({ ...inputs, detach: false }, { ...followed.tools, isHere });

    const limit = expect.stringContaining('may take 30 h');
    expect(world.lines).not.toContainEqual(limit);
    expect(followed.lines).toContainEqual(limit);
  });

  it('is told of the last one of its job, which only the place of it knows', async () => {
    const world = fakeWorld(FILES, {
      run: { random: '0123456789abcdef', attempt: 1, repository: 'acme/train' },
    });
    world.verdict = { reason: 'failed', exitCode: 3 };
    const plan = keptPlan(runPlan({ job: 'train', detached: true }));
    const listed = {
      job: 'train',
      plan,
      repository: 'acme/train',
      state: 'ended',
      overdue: false,
      isOwn: false,
    } as const;
    const handleOf = (run: string) =>
      ({
        backend: 'docker',
        run,
        name: `jobimg-${run}`,
        hash: `sha256:${'a'.repeat(64)}`,
        native: {},
      }) as const;
    world.listed.push(
      { ...listed, handle: handleOf('last'), started: '2026-12-02T00:00:00Z' },
      { ...listed, handle: handleOf('before'), started: '2026-12-01T00:00:00Z' },
      { ...listed, handle: handleOf('other'), started: '2026-12-03T00:00:00Z', repository: 'acme/other' },
    );
    world.standing.set('last', 'ended');

    await start(world);

    expect(world.lines).toContain(
      'the last detached run of the job train, last, started at 2026-12-02T00:00:00Z: failed, exit code 3',
    );
  });
});
