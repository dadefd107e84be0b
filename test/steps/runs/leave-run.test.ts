import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { runAll } from '../../../src/steps/runs/run-all.ts';
import type { Backend, Collected } from '../../../src/tools/backend.ts';
import type { RunFiles } from '../../../src/tools/run-files.ts';
import type { Runs } from '../../../src/tools/runs.ts';
import type { Tools } from '../../../src/tools/tools.ts';
import { fakeWorld } from '../../fakes/tools.ts';
import { runPlan } from '../../report/results.ts';

interface Changes {
  readonly backend?: Partial<Backend>;
  readonly runs?: Partial<Runs>;
  readonly files?: Partial<RunFiles>;
}

async function worldWith({ backend = {}, runs: ownRuns = {}, files = {} }: Changes) {
  const world = fakeWorld({});
  const own = await world.tools.backend({ name: 'docker', options: {} }, new Map());
  const run = runPlan({ secrets: [] });
  const tools: Tools = {
    ...world.tools,
    runs: { ...world.tools.runs, ...ownRuns },
    backend: async () => ({ ...own, ...backend }),
    files: async () => ({ ...(await world.tools.files(run)), ...files }),
    cleaner: (keep) => ({
      push(bytes) {
        keep?.(bytes);
        return [];
      },
      barShown: () => undefined,
      end: () => [],
    }),
  };
  const runs = () => runAll([run], tools);
  return { world, runs };
}

const NOTHING: Collected = { files: [], more: 0, findings: [] };
const KEPT = { name: 'jobimg-kept-train-1-1', commands: ['docker cp …'] };

describe('what is left of a run that is over', () => {
  it('is removed while the result is there already', async () => {
    let removed = (_: boolean): void => undefined;
    const clean = () => new Promise<boolean>((resolve) => (removed = resolve));
    const { runs, world } = await worldWith({ backend: { clean } });

    const result = await runs();
    const before = [...world.remembered];
    removed(true);
    await Promise.all(world.afterwards);

    expect(result.runs.map(({ verdict }) => verdict.reason)).toEqual(['succeeded']);
    expect(before).toEqual(['train-1-1']);
    expect([...world.remembered]).toEqual([]);
  });

  it('stays remembered when its removal takes too long', async () => {
    const { runs, world } = await worldWith({ backend: { clean: async () => false } });

    await runs();
    await Promise.all(world.afterwards);

    expect([...world.remembered]).toEqual(['train-1-1']);
    expect(world.lines.join('\n')).toContain('"jobimg-train-1-1" is still being removed');
  });

  it('costs no result when it cannot be removed', async () => {
    const clean = () => Promise.reject(new UserError('no Docker engine answers'));
    const { runs, world } = await worldWith({ backend: { clean } });

    const result = await runs();
    await Promise.all(world.afterwards);

    expect(result.runs[0]?.verdict).toEqual({ reason: 'succeeded', exitCode: 0 });
    expect(world.lines.join('\n')).toContain('may still be there: no Docker engine answers');
  });

  it('is left alone when it holds outputs that are nowhere else, whatever way the run went', async () => {
    const cleaned: string[] = [];
    const finding = { level: 'warning', code: 'outputs', message: 'they do not fit' } as const;
    const { runs, world } = await worldWith({
      backend: {
        collect: async () => ({ ...NOTHING, kept: KEPT, findings: [finding] }),
        clean: async ({ name }) => cleaned.push(name) > 0,
      },
    });
    world.verdict = { reason: 'failed', exitCode: 3 };

    const result = await runs();
    await Promise.all(world.afterwards);

    expect(result.runs[0]).toMatchObject({ verdict: { reason: 'failed', exitCode: 3 }, kept: KEPT });
    expect(result.findings).toEqual([finding]);
    expect(cleaned).toEqual([]);
    expect([...world.remembered]).toEqual([]);
  });
});

describe('a run on a full disk', () => {
  const full = () => Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }));

  it('goes on when its log cannot be kept', async () => {
    const writeLog = () => Promise.reject(new UserError('the log is cut off', { code: 'disk-full' }));
    const { runs } = await worldWith({ files: { writeLog } });

    const result = await runs();

    expect(result.runs[0]?.verdict).toEqual({ reason: 'succeeded', exitCode: 0 });
    expect(result.findings).toEqual([
      expect.objectContaining({ level: 'warning', code: 'disk-full', message: 'the log is cut off' }),
    ]);
  });

  it('goes on when the second of its records cannot be written, and does not start without the first', async () => {
    let records = 0;
    const second = await worldWith({
      runs: { remember: () => (records++ === 0 ? Promise.resolve() : full()) },
    });
    const first = await worldWith({ runs: { remember: full } });

    const result = await second.runs();

    expect(result.runs[0]?.verdict.reason).toBe('succeeded');
    await expect(first.runs()).rejects.toThrow('ENOSPC');
    expect(first.world.started).toEqual([]);
  });
});

describe('findings of the outputs of a matrix', () => {
  it('are told once, and of each kind of notice one', async () => {
    const leg = (index: number) => ({ label: `x=${index}`, values: new Map(), failFast: false });
    const plans = [0, 1, 2].map((index) => runPlan({ id: `train-${index}`, secrets: [], leg: leg(index) }));
    const { world } = await worldWith({});
    const own = await world.tools.backend({ name: 'docker', options: {} }, new Map());
    const collect: Backend['collect'] = async ({ run }) => ({
      ...NOTHING,
      findings: [
        { level: 'warning', code: 'outputs', message: 'the job left no output "a"' },
        { level: 'notice', code: 'not-collected', message: `the job wrote "${run}.pt"` },
      ],
    });

    const { findings } = await runAll(plans, { ...world.tools, backend: async () => ({ ...own, collect }) });

    expect(findings.map(({ code }) => code).sort()).toEqual(['not-collected', 'outputs']);
  });
});
