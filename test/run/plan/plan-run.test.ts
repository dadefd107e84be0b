import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UserError } from '../../../src/errors.ts';
import type { EnsuredImage } from '../../../src/plan/ensured-image.ts';
import { planJobs } from '../../../src/plan/images/plan-jobs.ts';
import type { Destination } from '../../../src/plan/plan.ts';
import { chooseRecipe } from '../../../src/recipe/choose/choose.ts';
import { runJson } from '../../../src/report/plan-json.ts';
import type { RunContext } from '../../../src/run/plan/context.ts';
import { planRuns } from '../../../src/run/plan/legs.ts';
import { missingSecrets } from '../../../src/run/plan/plan-run.ts';
import { runName } from '../../../src/run/run-id.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { digestOf, factsOf, jobOf, treeOf } from '../../recipe/support.ts';

const FILES = { 'train.py': 'print(1)\n' };
const DIGEST = digestOf('image');
const GITHUB = { runId: '123456789', runAttempt: '2', job: 'build', action: '__self' };

const IN_REGISTRY: EnsuredImage = {
  made: 'found',
  reference: `r.example.org/demo@${DIGEST}`,
  image: { registry: 'r.example.org', path: 'demo', digest: DIGEST, id: digestOf('id') },
  cache: 'image',
  why: '',
};

const CONTEXT: RunContext = {
  github: GITHUB,
  repository: 'acme/train',
  gitSha: 'c'.repeat(40),
  random: 'f'.repeat(32),
  attempt: 2,
  startedAt: 1_000,
  callerEnv: new Map(),
};

interface Around {
  readonly context?: Partial<RunContext>;
  readonly image?: EnsuredImage;
  readonly engine?: boolean;
  readonly files?: Readonly<Record<string, string>>;
}

function runOf(spec: string, around: Around = {}): RunPlan {
  const [run] = runsOf(spec, around);
  if (run === undefined) throw new Error('no run');
  return run;
}

function runsOf(
  spec: string,
  { context = {}, image = IN_REGISTRY, engine = false, files = FILES }: Around = {},
): readonly RunPlan[] {
  const recipe = chooseRecipe(jobOf(spec), treeOf(files));
  const destination: Destination = engine
    ? { kind: 'engine' }
    : { kind: 'registry', repository: { registry: 'r.example.org', path: 'demo' }, auto: false };
  const [plan] = planJobs([recipe], factsOf([recipe], files), destination, { mirrors: new Map() }).jobs;
  if (plan === undefined) throw new Error('no plan');
  return planRuns(plan, image, { ...CONTEXT, ...context });
}

const SPEC = `
name: train
run:
  - python train.py --lr {{ lr }} --name {{ name }}
  - echo {{ env.OUT }}
params: { lr: 1e-4, name: "it's", fast: true }
env: { OUT: "{{ run.id }}/{{ gpu.count }}", CALLER: }
secrets: [B_TOKEN, A_TOKEN]
gpu: 2
timeout: 1h
outputs: ["results/{{ name }}/", other]
`;

describe('the run of a job', () => {
  const callerEnv = new Map([['CALLER', 'from outside']]);

  it('is shown without what it takes from the environment of the caller', () => {
    const spec = `
name: train
run: python train.py --key {{ env.CALLER }} --url {{ env.URL }} {{ raw.env.CALLER }}
env: { CALLER: null, URL: "https://{{ env.CALLER }}@host" }
outputs: ["results/{{ env.CALLER }}/"]
`;

    const run = runOf(spec, { context: { callerEnv } });

    expect(run.command).toMatchObject({ text: expect.stringContaining("--key 'from outside'") });
    expect(run.shown).toEqual({
      command: {
        kind: 'shell',
        shell: 'bash',
        text: "python train.py --key {{ env.CALLER }} --url 'https://{{ env.CALLER }}@host' {{ raw.env.CALLER }}",
      },
      env: new Map([
        ['CALLER', '{{ env.CALLER }}'],
        ['URL', 'https://{{ env.CALLER }}@host'],
      ]),
      outputs: ['results/{{ env.CALLER }}/'],
    });
    expect(JSON.stringify(runJson({ job: jobOf(spec) }, run))).not.toContain('from outside');
  });

  it('holds all that a backend needs, and no secret', () => {
    const run = runOf(SPEC, { context: { callerEnv } });

    expect(run).toMatchObject({
      id: expect.stringMatching(/^123456789-2-train-[0-9a-f]{8}$/),
      family: run.id.replace('-2-', '-'),
      job: 'train',
      attempt: 2,
      image: { registry: 'r.example.org', path: 'demo', digest: DIGEST },
      command: {
        kind: 'shell',
        shell: 'bash',
        text: `python train.py --lr 1e-4 --name 'it'\\''s'\necho ${run.id}/2`,
      },
      secrets: ['A_TOKEN', 'B_TOKEN'],
      workdir: '/workspace',
      home: '/home/job',
      timeout: 3600,
      outputs: ["results/it's/", 'other'],
      metrics: [{ path: 'outputs/metrics.json' }, { path: 'metrics.json' }],
    });
    expect(run.mount).toBeUndefined();
    expect(Object.fromEntries(run.env)).toEqual({
      HOME: '/home/job',
      USER: 'job',
      LOGNAME: 'job',
      XDG_CACHE_HOME: '/home/job/.cache',
      PYTHONUNBUFFERED: '1',
      OUT: `${run.id}/2`,
      CALLER: 'from outside',
      JOBIMG_RUN_ID: run.id,
      JOBIMG_JOB: 'train',
      JOBIMG_IMAGE: IN_REGISTRY.reference,
      JOBIMG_PARAMS: '{"lr":1e-4,"name":"it\'s","fast":true}',
      JOBIMG_OUTPUTS: "/workspace/results/it's",
      JOBIMG_GIT_SHA: 'c'.repeat(40),
      JOBIMG_ATTEMPT: '2',
      JOBIMG_RESUME: '0',
      JOBIMG_GPU_COUNT: '2',
      JOBIMG_DEADLINE: '4600',
    });
    expect(Object.fromEntries(run.labels)).toEqual({
      'jobimg.run': run.id,
      'jobimg.family': run.family,
      'jobimg.plan': run.hash,
      'jobimg.deadline': '4600',
      'jobimg.repo': 'acme/train',
      'jobimg.sha': 'c'.repeat(40),
    });
  });

  it('of the engine starts by image ID, with the code beside it', () => {
    const { image: _, ...local } = IN_REGISTRY;
    const run = runOf('run: x\n', { engine: true, image: { ...local, engineId: DIGEST } });

    expect(run.image).toEqual({ engineId: DIGEST });
    expect(run.mount?.entries.map(({ path }) => path)).toEqual(['train.py']);
  });

  it('of an image by reference has its home in /tmp, and without code the work directory of the image', () => {
    expect(runOf('run: x\nimage: a:1\n')).toMatchObject({ home: '/tmp', workdir: '/workspace' });
    const alone = runOf('run: x\nimage: a:1\ncode: none\n');
    expect([alone.workdir, alone.env.has('JOBIMG_OUTPUTS')]).toEqual([undefined, false]);
  });

  it('of an argument array keeps each word', () => {
    expect(runOf('command: [python, "{{ a }} b"]\nparams: { a: "$x" }\n').command).toEqual({
      kind: 'arguments',
      words: ['python', '$x b'],
    });
  });

  it.each([
    ['', {}],
    [
      'nodes: 1',
      { JOBIMG_NODES: '1', WORLD_SIZE: '1', MASTER_ADDR: 'localhost', MASTER_PORT: '29500', NODE_RANK: '0' },
    ],
    ['nodes: 4', { JOBIMG_NODES: '4', WORLD_SIZE: '4', MASTER_PORT: '29500' }],
    [
      'nodes: 4\nenv: { MASTER_PORT: 4000, WORLD_SIZE: 7 }',
      { JOBIMG_NODES: '4', WORLD_SIZE: '4', MASTER_PORT: '4000' },
    ],
  ])('with "%s" is told of its nodes what is known before it is sent', (nodes, told) => {
    const { env } = runOf(`run: x\n${nodes}\n`);
    const own = ['JOBIMG_NODES', 'WORLD_SIZE', 'MASTER_ADDR', 'MASTER_PORT', 'NODE_RANK'];

    expect(Object.fromEntries([...env].filter(([name]) => own.includes(name)))).toEqual(told);
  });

  it('lists every variable that the caller does not have', () => {
    const error = caught(() => runOf('run: x\nenv: { A: , B: , C: d }\n'));

    expect(error.findings.map(({ message }) => message)).toEqual([
      expect.stringContaining('the variable "A"'),
      expect.stringContaining('the variable "B"'),
    ]);
  });

  it('is not planned with a command that Linux would not start', () => {
    const big = 'x'.repeat(70_000);

    expect(() => runOf(`run: echo {{ a }} {{ a }}\nparams: { a: ${big} }\n`)).toThrow(/KiB/);
  });
});

describe('the hash of a run', () => {
  it('is the same for another attempt, time and id', () => {
    const other = runOf('run: x\n', {
      context: { attempt: 3, startedAt: 9, github: { ...GITHUB, runAttempt: '3', runId: '5' } },
    });

    expect(other.hash).toBe(runOf('run: x\n').hash);
  });

  it.each([
    ['run: y\n', {}],
    ['run: x\ntimeout: 1h\n', {}],
    ['run: x\ngpu: 1\n', {}],
    ['run: x\nenv: { A: b }\n', {}],
    ['run: x\nsecrets: [A]\n', {}],
    ['run: x\nparams: { a: b }\n', {}],
    [
      'run: x\n',
      { image: { ...IN_REGISTRY, image: { registry: 'r', path: 'p', digest: digestOf('other') } } },
    ],
    ['run: x\ncode: mount\n', {}],
  ])('is another one for %j', (spec, options) => {
    expect(runOf(spec, options).hash).not.toBe(runOf('run: x\n').hash);
  });

  it('knows the code that is mounted', () => {
    const files = { 'train.py': 'print(2)\n' };

    expect(runOf('run: x\ncode: mount\n', { files }).hash).not.toBe(runOf('run: x\ncode: mount\n').hash);
  });
});

describe('the runs of a matrix', () => {
  const SWEEP =
    'run: x {{ lr }}\nparams: { seed: 7 }\nstrategy: { matrix: { lr: [1e-4, 0.10, 0.10] }, max-parallel: 2, fail-fast: false }\n';

  it('have each its own params, and the same image', () => {
    const runs = runsOf(SWEEP);

    expect(runs.map(({ command, env }) => [command, env.get('JOBIMG_PARAMS')])).toEqual([
      [{ kind: 'shell', shell: 'bash', text: 'x 1e-4' }, '{"seed":7,"lr":1e-4}'],
      [{ kind: 'shell', shell: 'bash', text: 'x 0.10' }, '{"seed":7,"lr":0.10}'],
      [{ kind: 'shell', shell: 'bash', text: 'x 0.10' }, '{"seed":7,"lr":0.10}'],
    ]);
    expect(runs[1]?.leg).toEqual({
      label: 'lr=0.10',
      values: new Map([['lr', '0.10']]),
      maxParallel: 2,
      failFast: false,
    });
    expect(runs[1]?.labels.get('jobimg.leg')).toBe('lr=0.10');
    expect(new Set(runs.map(({ image }) => JSON.stringify(image))).size).toBe(1);
  });

  it('have each its own id, on GitHub the same at each start, also when one is started alone', () => {
    const idsOf = (spec: string, context: Partial<RunContext> = {}) =>
      runsOf(spec, { context }).map(({ id }) => id);
    const alone = SWEEP.replace('[1e-4, 0.10, 0.10]', '[0.10]');

    expect(new Set(idsOf(SWEEP)).size).toBe(3);
    expect(idsOf(SWEEP)).toEqual(idsOf(SWEEP));
    expect(idsOf(alone)).toEqual([idsOf(SWEEP)[1]]);
    expect(new Set(idsOf(SWEEP, { github: undefined })).size).toBe(3);
  });
});

describe('the id of a run', () => {
  it('is a DNS label with its prefix, whatever the names', () => {
    const any = fc.string({ unit: 'grapheme', maxLength: 80 });
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 99 }), any, any, any, (runId, runAttempt, job, step, action) => {
        const github = { runId: String(runId), runAttempt: String(runAttempt), job: step, action };

        const { id, family } = runName({ github, random: '', job, leg: {} });

        for (const name of [id, family]) {
          expect(`jobimg-${name}`).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])$/);
          expect(name).not.toContain('--');
        }
      }),
    );
  });

  it('cuts the name of the job, and nothing else', () => {
    const name = { github: GITHUB, random: '', leg: {} };

    const { id } = runName({ ...name, job: 'A very_long.name '.repeat(9) });

    expect(id).toMatch(/^123456789-2-a-very-long-name-.*-[0-9a-f]{8}$/);
    expect(id.length).toBeLessThanOrEqual(52);
    expect(id.slice(-8)).toBe(runName({ ...name, job: 'train' }).id.slice(-8));
  });

  it('tells the jobs of a workflow’s matrix apart, and is the same over the attempts of each', () => {
    const nameOf = (jobIndex: string | undefined, runAttempt = '1') =>
      runName({ github: { ...GITHUB, runAttempt, jobIndex }, random: '', job: 'a', leg: {} });
    const indexes = [undefined, '0', '1', '2'];

    expect(new Set(indexes.map((index) => nameOf(index).id)).size).toBe(4);
    expect(new Set(indexes.map((index) => nameOf(index).family)).size).toBe(4);
    expect(nameOf('1', '2').family).toBe(nameOf('1').family);
    expect(nameOf('1', '2').id).not.toBe(nameOf('1').id);
    expect(nameOf('1')).toEqual(nameOf('1'));
  });

  it('tells legs and steps apart, and is random off GitHub', () => {
    const name = { github: GITHUB, random: '', job: 'a', leg: { lr: '1' } };

    expect(runName({ ...name, leg: { lr: '2' } }).id).not.toBe(runName(name).id);
    expect(runName({ ...name, github: { ...GITHUB, action: '__self_2' } }).id).not.toBe(runName(name).id);
    expect(runName({ ...name, github: undefined, random: 'abcdef0123456789' }).id).toBe('a-abcdef012345');
  });
});

describe('secrets that are missing', () => {
  it('are told each, unless they are optional', () => {
    const job = jobOf(
      'run: x\nsecrets: { A: , B: { description: of the hub }, C: { required: false }, D: }\n',
    );

    const findings = missingSecrets(
      job,
      new Map([
        ['A', 'x'],
        ['D', ''],
      ]),
    );

    expect(findings.map(({ code, message }) => [code, message])).toEqual([
      ['missing-secret', 'the secret "B" (of the hub) of the job demo has no value'],
      ['missing-secret', 'the secret "D" of the job demo has no value'],
    ]);
  });
});

function caught(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('folders that outlive a run', () => {
  const SPEC = 'run: x\ncaches: [hf]\ncheckpoint: state\n';
  const keysOf = (context: Partial<RunContext>) => {
    const { caches, checkpoint } = runOf(SPEC, { context });
    return [caches?.[0]?.key, checkpoint?.key];
  };

  it('are known to the backend by a key, and to the job by a variable', () => {
    const run = runOf(SPEC);

    expect(run.caches).toEqual([
      { name: 'hf', path: '/caches/hf', key: expect.stringMatching(/^[0-9a-f]{16}$/) },
    ]);
    expect(run.checkpoint).toMatchObject({ path: 'state', key: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect([run.env.get('HF_HOME'), run.env.get('JOBIMG_RESUME')]).toEqual(['/caches/hf', '0']);
  });

  it('are never those of another repository, or of code that is trusted otherwise', () => {
    const keys = ['trusted a/b', 'untrusted a/b', 'trusted a/c'].map((scope) => keysOf({ scope }));

    expect(new Set(keys.flat()).size).toBe(6);
  });

  it('are the same for a workflow that is run again, and the checkpoint of another workflow run is another', () => {
    const [first, again, other] = [
      keysOf({}),
      keysOf({ github: { ...GITHUB, runAttempt: '3' }, attempt: 3 }),
      keysOf({ github: { ...GITHUB, runId: '7' } }),
    ];

    expect(again).toEqual(first);
    expect([other[0] === first[0], other[1] === first[1]]).toEqual([true, false]);
  });

  it('change what a run is, and how often it is tried does not', () => {
    const hashOf = (lines: string) => runOf(`run: x\n${lines}`).hash;

    expect(hashOf('retry: { max: 2 }\n')).toBe(hashOf(''));
    expect(new Set([hashOf(''), hashOf('caches: [hf]\n'), hashOf('checkpoint: a\n')]).size).toBe(3);
  });

  it('may not cover the work directory', () => {
    expect(() => runOf('run: x\ncaches: [{ name: a, path: /workspace }]\n')).toThrow(
      'the cache "a" at "/workspace" would cover the work directory',
    );
  });
});
