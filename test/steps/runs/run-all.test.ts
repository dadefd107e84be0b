import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../src/errors.ts';
import { exitCodeOfRuns } from '../../../src/run/representative.ts';
import type { RunEvent } from '../../../src/run/types/event.ts';
import type { RunLeg, RunPlan } from '../../../src/run/types/plan.ts';
import type { Verdict } from '../../../src/run/types/verdict.ts';
import { runAll } from '../../../src/steps/runs/run-all.ts';
import { legsAtOnce } from '../../../src/steps/runs/run-legs.ts';
import type { Backend } from '../../../src/tools/backend.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { fakeWorld } from '../../fakes/tools.ts';
import { runPlan } from '../../report/results.ts';

/** How a leg of the fake machine goes: it turns so many times, and then ends so. */
interface Course {
  readonly turns: number;
  readonly verdict?: Verdict | undefined;
  readonly error?: Error | undefined;
}

const DONE: Verdict = { reason: 'succeeded', exitCode: 0 };
const FAILED: Verdict = { reason: 'failed', exitCode: 3 };

/** Runs what it is given, all at once, and knows what it runs; a stopped run ends as a real one does. */
function machine(courses: ReadonlyMap<string, Course>) {
  const state = { running: new Set<string>(), most: 0, started: [] as string[], cleaned: [] as string[] };
  const backend: Backend = {
    intentOf: ({ id, hash }) => ({ backend: 'docker', run: id, name: `jobimg-${id}`, hash, native: {} }),
    check: async () => undefined,
    async submit({ id }, intent) {
      state.started.push(id);
      state.running.add(id);
      state.most = Math.max(state.most, state.running.size);
      return intent;
    },
    async *follow({ run }, signal): AsyncGenerator<RunEvent> {
      const { turns, verdict = DONE, error } = courses.get(run) ?? { turns: 0 };
      yield { type: 'log', stream: 'stdout', bytes: Buffer.from(`hello from ${run}\n`) };
      for (let turn = 0; turn < turns && !signal.aborted; turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
      if (error !== undefined) throw error;
      const stopped: Verdict = { reason: 'cancelled', exitCode: 143 };
      yield { type: 'end', verdict: signal.aborted && turns > 0 ? stopped : verdict, duration: turns };
    },
    collect: async () => ({ files: [], more: 0, findings: [] }),
    cancel: async () => undefined,
    stop: async () => undefined,
    list: async () => [],
    look: async () => ({ state: 'absent', overdue: false, secrets: new Map() }),
    async clean({ run }) {
      state.running.delete(run);
      state.cleaned.push(run);
      return true;
    },
  };
  return { state, backend };
}

type Changes = Partial<RunLeg> & Pick<Partial<RunPlan>, 'job' | 'resources'>;

function legsOf(
  count: number,
  { job = 'train', resources = {}, ...changes }: Changes = {},
): readonly RunPlan[] {
  return Array.from({ length: count }, (_, index) => {
    const leg = { label: `x=${index}`, values: new Map([['x', String(index)]]), failFast: true, ...changes };
    return runPlan({ id: `${job}-${index}`, job, secrets: [], resources, leg });
  });
}

function toolsOf(courses: Readonly<Record<string, Course>>, cpus = 8) {
  const { state, backend } = machine(new Map(Object.entries(courses)));
  const world = fakeWorld({}, { cpus });
  const user = new AbortController();
  const host = { ...world.tools.host, cancelled: user.signal };
  const tools: Tools = { ...world.tools, host, backend: async () => backend };
  return { state, tools, user, world };
}

const reasonsOf = (runs: Awaited<ReturnType<typeof runAll>>['runs']) =>
  runs.map(({ verdict }) => verdict.reason);

describe('the legs of a matrix', () => {
  it('are never more at a time than is said, and all of them end, in order', async () => {
    const turns = fc.array(fc.nat({ max: 4 }), { minLength: 2, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(turns, fc.integer({ min: 1, max: 5 }), async (all, maxParallel) => {
        const courses = Object.fromEntries(all.map((count, index) => [`train-${index}`, { turns: count }]));
        const { state, tools, world } = toolsOf(courses);

        const { runs } = await runAll(legsOf(all.length, { maxParallel }), tools);

        expect(runs.map(({ run }) => run.leg?.label)).toEqual(all.map((_, index) => `x=${index}`));
        expect(state.most).toBeLessThanOrEqual(maxParallel);
        expect(state.cleaned).toHaveLength(all.length);
        expect(world.remembered.size).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it('run as many at once as are allowed, when each takes its time', async () => {
    const { state, tools } = toolsOf({
      'train-0': { turns: 9 },
      'train-1': { turns: 9 },
      'train-2': { turns: 9 },
    });

    await runAll(legsOf(3, { maxParallel: 2 }), tools);

    expect(state.most).toBe(2);
  });

  it.each([
    [{ maxParallel: 3 }, 2, 3],
    [{}, 2, 2],
    [{ resources: { cpu: { min: 4, max: 4 } } }, 8, 2],
    [{ resources: { cpu: { min: 16 } } }, 8, 1],
    [{ resources: { cpu: { max: 0.5 } } }, 8, 8],
    [{ resources: { gpu: { count: { min: 1, max: 1 }, names: [], optional: false } } }, 8, 1],
  ])('with %j on a machine of %i CPUs are %i at a time', (changes, cpus, atOnce) => {
    expect(legsAtOnce(legsOf(9, changes), cpus, { queue: false, here: true })).toBe(atOnce);
  });

  it.each([
    [{ maxParallel: 3 }, { queue: true, here: false }, 3],
    [{}, { queue: true, here: false }, 9],
    [{}, { queue: false, here: false }, 1],
  ])('with %j are at a place with %j %i at a time', (changes, place, atOnce) => {
    expect(legsAtOnce(legsOf(9, changes), 2, place)).toBe(atOnce);
  });

  it('end with the first that fails: the others are stopped or not started, and the log says so', async () => {
    const { state, tools, world } = toolsOf({
      'train-0': { turns: 50 },
      'train-1': { turns: 2, verdict: FAILED },
      'train-2': { turns: 50 },
    });

    const { runs } = await runAll(legsOf(4, { maxParallel: 2 }), tools);

    expect(runs.map(({ verdict }) => [verdict.reason, verdict.detail])).toEqual([
      ['cancelled', 'stopped, because x=1 failed'],
      ['failed', undefined],
      ['cancelled', 'not started, because x=1 failed'],
      ['cancelled', 'not started, because x=1 failed'],
    ]);
    expect(state.started).toEqual(['train-0', 'train-1']);
    expect(world.remembered.size).toBe(0);
    expect(exitCodeOfRuns(runs)).toBe(3);
  });

  it('all end without fail-fast', async () => {
    const { tools } = toolsOf({ 'train-0': { turns: 1, verdict: FAILED }, 'train-2': { turns: 5 } });

    const { runs } = await runAll(legsOf(3, { maxParallel: 1, failFast: false }), tools);

    expect(reasonsOf(runs)).toEqual(['failed', 'succeeded', 'succeeded']);
  });

  it('end all when the user wants to stop, without another reason', async () => {
    const { state, tools, user } = toolsOf({
      'train-0': { turns: 1_000_000 },
      'train-1': { turns: 1_000_000 },
    });
    const ended = runAll([...legsOf(3, { maxParallel: 2 }), ...legsOf(2, { job: 'later' })], tools);
    while (state.running.size < 2) await new Promise((resolve) => setImmediate(resolve));

    user.abort();
    const { runs } = await ended;

    expect(runs.map(({ run, verdict }) => [run.id, verdict.reason, verdict.detail])).toEqual([
      ['train-0', 'cancelled', undefined],
      ['train-1', 'cancelled', undefined],
      ['train-2', 'cancelled', 'not started'],
      ['later-0', 'cancelled', 'not started'],
      ['later-1', 'cancelled', 'not started'],
    ]);
  });

  it('keep their results when one of them cannot be run', async () => {
    const error = new UserError('the engine does not answer', { kind: 'unavailable', hint: 'start it' });
    const { tools, world } = toolsOf({ 'train-0': { turns: 0, error }, 'train-2': { turns: 0, error } });

    const { runs } = await runAll(legsOf(3, { failFast: false, maxParallel: 1 }), tools);

    expect(runs[0]?.verdict).toEqual({ reason: 'node-error', detail: error.message, hint: 'start it' });
    expect(reasonsOf(runs)).toEqual(['node-error', 'succeeded', 'node-error']);
    expect(world.lines.filter((line) => line === error.message)).toHaveLength(1);
    expect(exitCodeOfRuns(runs)).toBe(4);
  });

  it('are all over before a bug of ours is thrown', async () => {
    const { state, tools } = toolsOf({
      'train-0': { turns: 3, error: new TypeError('a bug') },
      'train-1': { turns: 1_000_000 },
    });

    await expect(runAll(legsOf(3, { maxParallel: 2 }), tools)).rejects.toThrow('a bug');

    expect(state.cleaned).toEqual(['train-1']);
  });

  it('that start later have a later deadline', async () => {
    const { tools } = toolsOf({});
    let seconds = 1_000;
    const caller = { ...tools.caller, time: () => (seconds += 500) };

    const { runs } = await runAll(legsOf(2, { maxParallel: 1 }), { ...tools, caller });

    expect(runs.map(({ run }) => run.env.get('JOBIMG_DEADLINE'))).toEqual(['8700', '9200']);
    expect(runs.map(({ run }) => run.labels.get('jobimg.deadline'))).toEqual(['8700', '9200']);
  });

  it('side by side stand in one group, and each line says whose it is', async () => {
    const { tools, world } = toolsOf({});

    await runAll(legsOf(2, { maxParallel: 2 }), tools);

    expect(world.lines[0]).toBe('Run train: 2 legs, 2 at a time');
    expect(world.lines).toContain('[x=0] hello from train-0');
    expect(world.lines).toContain('[x=1] hello from train-1');
    expect(world.lines.slice(1, -2).every((line) => /^\[x=[01]\] /.test(line))).toBe(true);
    expect(world.lines.slice(-2)).toEqual([
      'Run train: 2 legs, 2 at a time: 2 succeeded after 0.0 s',
      'the legs of train are compared in /runs/a.matrix/runs.html',
    ]);
  });

  it('one after the other have a group each, which says how it ended', async () => {
    const { tools, world } = toolsOf({ 'train-1': { turns: 0, verdict: FAILED } });

    await runAll(legsOf(2, { maxParallel: 1 }), tools);

    expect(world.lines.filter((line) => line.startsWith('Run'))).toEqual([
      'Run train (x=0)',
      'Run train (x=0): succeeded after 0.0 s',
      'Run train (x=1)',
      'Run train (x=1): failed, exit code 3, after 0.0 s',
    ]);
    expect(world.lines).toContain('hello from train-1');
  });
});

describe('a run without a matrix', () => {
  it('that fails leaves the last lines of its log, and one that succeeds does not', async () => {
    const { tools } = toolsOf({ 'train-1-1': { turns: 0, verdict: FAILED } });

    const failed = await runAll([runPlan({ secrets: [] })], tools);
    const succeeded = await runAll([runPlan({ id: 'train-1-2', secrets: [] })], tools);

    expect(failed.runs[0]?.lastLines).toEqual(['hello from train-1-1']);
    expect(succeeded.runs[0]?.lastLines).toBeUndefined();
  });

  it('that cannot be run has a result, and so have the jobs after it', async () => {
    const error = new UserError('the engine does not answer', {
      kind: 'unavailable',
      code: 'engine',
      hint: 'start it',
    });
    const { tools } = toolsOf({ 'train-1-1': { turns: 0, error } });
    const plans = [runPlan({ secrets: [] }), runPlan({ id: 'later-1', job: 'later', secrets: [] })];

    const { runs, findings } = await runAll(plans, tools);

    expect(runs.map(({ verdict }) => verdict)).toEqual([
      { reason: 'node-error', detail: error.message, hint: 'start it' },
      DONE,
    ]);
    expect(findings).toEqual(error.findings);
    expect(exitCodeOfRuns(runs)).toBe(4);
  });

  it('that ends in an error because it is stopped is cancelled', async () => {
    const error = new UserError('the download was stopped', { kind: 'unavailable' });
    const { state, tools, user } = toolsOf({ 'train-1-1': { turns: 1_000_000, error } });
    const ended = runAll([runPlan({ secrets: [] })], tools);
    while (state.running.size < 1) await new Promise((resolve) => setImmediate(resolve));

    user.abort();
    const { runs, findings } = await ended;

    expect(runs.map(({ verdict }) => verdict)).toEqual([{ reason: 'cancelled', detail: error.message }]);
    expect(findings).toEqual([]);
  });

  it('in which we have a bug throws it', async () => {
    const { tools } = toolsOf({ 'train-1-1': { turns: 0, error: new TypeError('a bug') } });

    await expect(runAll([runPlan({ secrets: [] })], tools)).rejects.toThrow('a bug');
  });

  it('looks as it always did', async () => {
    const { tools, world } = toolsOf({});

    const { runs } = await runAll([runPlan({ secrets: [] })], tools);

    expect(reasonsOf(runs)).toEqual(['succeeded']);
    expect(world.lines).toEqual([
      'Run train',
      'run train-1-1: at most 2 h',
      'hello from train-1-1',
      'Run train: succeeded after 0.0 s',
    ]);
  });
});
