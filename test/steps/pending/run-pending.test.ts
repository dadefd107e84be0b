import { describe, expect, it } from '@jest/globals';
import { INPUT_DEFAULTS, type Inputs } from '../../../src/inputs/inputs.ts';
import { rightsOf } from '../../../src/plan/rights.ts';
import { outputsOf } from '../../../src/report/outputs.ts';
import { runStepOutputs } from '../../../src/report/run-step.ts';
import { readPending } from '../../../src/run/pending/read.ts';
import { main } from '../../../src/steps/main.ts';
import { runPending } from '../../../src/steps/pending/run-pending.ts';
import type { Result } from '../../../src/tools/result.ts';
import { type FakeWorld, fakeWorld } from '../../fakes/tools.ts';

const INPUTS: Inputs = {
  ...INPUT_DEFAULTS,
  folder: '/repository',
  registry: { kind: 'repository', text: 'ghcr.io/acme/train' },
};
const FILES = {
  'jobimg.yml':
    'run: python train.py --lr {{ lr }}\nparams: { lr: 0.1 }\nenv: { MODE: }\nsecrets: [TOKEN]\nruns-on: [gpu]\n',
  'train.py': 'print("hello")\n',
};
const ALL = { job: undefined, leg: undefined };

interface First {
  readonly trusted?: boolean;
  readonly hide?: (text: string) => string;
  readonly changes?: Partial<Inputs>;
}

/** What the first job hands on. */
async function handedOn(
  files: Readonly<Record<string, string>> = FILES,
  { trusted = true, hide, changes = {} }: First = {},
): Promise<{ readonly text: string; readonly world: FakeWorld; readonly made: Result }> {
  const world = fakeWorld(files);
  const made = await main({ ...INPUTS, dispatch: 'no', ...changes }, world.tools);
  return { text: outputsOf(made, { trusted, hide }).get('result') ?? '', world, made };
}

/** A machine without a checkout. */
function elsewhere(changes: Parameters<typeof fakeWorld>[1] = {}): FakeWorld {
  return fakeWorld(
    {},
    {
      env: new Map([
        ['TOKEN', 'private-value'],
        ['MODE', 'fast'],
      ]),
      ...changes,
    },
  );
}

describe('the second job', () => {
  it('starts what the first one made, with its own variables and secrets', async () => {
    const { text, made } = await handedOn();
    const world = elsewhere();

    const result = await runPending(readPending(text, ALL), INPUTS, world.tools);

    expect(made.runs).toEqual([]);
    expect(text).not.toContain('private-value');
    expect(world.builds).toEqual([]);
    expect(world.started).toEqual(['python train.py --lr 0.1']);
    const [run] = result.runs;
    expect(run?.run.image).toEqual(
      expect.objectContaining({ digest: made.images.get('train')?.image?.digest }),
    );
    expect(run?.run.env.get('MODE')).toBe('fast');
    expect(Object.fromEntries(runStepOutputs(result, String))).toMatchObject({
      status: 'success',
      reason: 'succeeded',
      'exit-code': '0',
      'run-id': run?.run.id,
    });
  });

  it('needs the secrets and variables that the job asks for', async () => {
    const { text } = await handedOn();
    const world = elsewhere({ env: new Map() });

    await expect(runPending(readPending(text, ALL), INPUTS, world.tools)).rejects.toThrow(
      'the secret "TOKEN" of the job train has no value',
    );
    expect(world.started).toEqual([]);
  });

  it('starts nothing for an event that is not trusted', async () => {
    const { text } = await handedOn();
    const rights = rightsOf({ event: undefined, untrusted: true, checkout: undefined });
    const world = elsewhere({ rights });

    await expect(runPending(readPending(text, ALL), INPUTS, world.tools)).rejects.toThrow(
      'nothing is started: the caller says that the code is not trusted',
    );
    expect(world.started).toEqual([]);
  });

  it('gets nothing of code that is not trusted, of what was started, or of the value of a secret', async () => {
    const untrusted = await handedOn(FILES, { trusted: false });
    const params = new Map([['lr', '0.123456789']]);
    const hidden = await handedOn(FILES, {
      hide: (line: string) => line.replaceAll('0.123456789', '***'),
      changes: { params },
    });
    const started = await main(INPUTS, fakeWorld({ ...FILES, 'jobimg.yml': 'run: ls\n' }).tools);

    expect(JSON.parse(untrusted.text).pending).toEqual([]);
    expect(JSON.parse(hidden.text).pending).toEqual([
      { name: 'train', problem: 'the value of a secret stands in its spec or its params' },
    ]);
    expect(JSON.parse(outputsOf(started, { trusted: true }).get('result') ?? '').pending).toEqual([]);
  });

  it('is told when a job says than an output may hold', async () => {
    const values = 'x'.repeat(1_000_000);
    const { made } = await handedOn();
    const [job] = made.plan.jobs;
    if (job === undefined) throw new Error('no job');
    const params = new Map([['name', { type: 'string', text: values } as const]]);
    const large = { ...made, plan: { ...made.plan, jobs: [{ ...job, job: { ...job.job, params } }] } };

    const result = outputsOf(large, { trusted: true }).get('result') ?? '';

    expect(JSON.parse(result).pending).toEqual([
      { name: 'train', problem: 'what it says is more than an output may hold' },
    ]);
  });

  it('is printed where a job belongs elsewhere, with what the first one hands on', async () => {
    const { world } = await handedOn(FILES, { changes: { dispatch: 'auto' } });

    const log = world.lines.join('\n');
    expect(log).toContain('      - uses: org/jobimg-action/run@v1');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: GitHub's own expression
    expect(log).toContain('    outputs: { result: "${{ steps.job.outputs.result }}" }');
  });

  it('is printed with a checkout where the job needs one', async () => {
    const spec = `${FILES['jobimg.yml']}inputs: { code: train.py }\n`;
    const { world } = await handedOn({ ...FILES, 'jobimg.yml': spec }, { changes: { dispatch: 'auto' } });

    const log = world.lines.join('\n');
    expect(log).toContain('      - uses: actions/checkout@v7');
    expect(log).not.toContain('jobimg-action/run@v1');
  });
});
