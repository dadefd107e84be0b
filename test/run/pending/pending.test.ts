import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import type { EnsuredImage } from '../../../src/plan/ensured-image.ts';
import { planJobs } from '../../../src/plan/images/plan-jobs.ts';
import type { JobPlan } from '../../../src/plan/plan.ts';
import { chooseRecipe } from '../../../src/recipe/choose/choose.ts';
import { type PendingChoice, readPending } from '../../../src/run/pending/read.ts';
import { pendingJob } from '../../../src/run/pending/write.ts';
import type { RunContext } from '../../../src/run/plan/context.ts';
import { planRuns } from '../../../src/run/plan/legs.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { digestOf, factsOf, jobOf, treeOf } from '../../recipe/support.ts';

const FILES = { 'train.py': 'print(1)\n', 'data.csv': '1\n' };
const DIGEST = digestOf('image');
const IMAGE: EnsuredImage = {
  made: 'pushed',
  reference: `r.example.org/demo@${DIGEST}`,
  image: { registry: 'r.example.org', path: 'demo', digest: DIGEST, id: digestOf('id') },
  cache: 'none',
  why: '',
  measured: new Map([
    [
      'linux/amd64',
      {
        format: 1,
        complete: true,
        packages: [{ name: 'torch', version: '2.7.1+cu126' }],
        cuda: { torch: '12.6' },
        compat: [{ library: '575.57.08', cuda: '12.9', drivers: [535] }],
        code: [
          { package: 'torch', version: null, cubins: ['9.0a'], ptx: [{ capability: '9.0', version: '8.5' }] },
        ],
      },
    ],
  ]),
};
const CONTEXT: RunContext = {
  github: { runId: '17', runAttempt: '2', job: 'train', action: '__self' },
  repository: 'acme/train',
  gitSha: 'c'.repeat(40),
  random: 'f'.repeat(32),
  attempt: 2,
  startedAt: 1_000,
  callerEnv: new Map([['CALLER', "it's here"]]),
};
const ALL: PendingChoice = { job: undefined, leg: undefined };

const SPEC = `
name: train
run:
  - python train.py --lr {{ lr }} --name '{{ name }}' --as {{ run.id }}-{{ run.attempt }}
  - echo "{{ env.CALLER }}" {{ raw.name }}
params: { lr: 1e-4, name: "it's", fast: true, steps: 7 }
env: { OUT: "{{ run.id }}/{{ gpu.count }}", CALLER: }
secrets: { B_TOKEN: , A_TOKEN: { required: false } }
gpu: { count: 1..2, memory: 24GB, names: [A100], compute-capability: "8.0", driver: "535" }
memory: 16GiB
timeout: 1h
queue-timeout: 2h
stop-grace: 10s
retry: { max: 2, on: [interruption], backoff: 5s }
checkpoint: checkpoints
outputs: ["results/{{ name }}/", other]
metrics: { stdout: 'loss (?<loss>.*)' }
caches: [hf]
mounts: [{ from: /data, to: /data, read-only: true }]
inputs: { words: "https://example.org/words.txt" }
`;

const SPECS: readonly (readonly [string, string])[] = [
  ['everything that a spec can say', SPEC],
  ['a command of words', 'name: t\ncommand: [python, "{{ lr }}.py"]\nparams: { lr: 1 }\n'],
  [
    'a matrix',
    'name: t\nrun: echo {{ lr }} {{ depth }}\nparams: { lr: 0.1 }\nstrategy: { matrix: { lr: [1e-4, 0.1], depth: [3, 4] }, max-parallel: 2, fail-fast: false }\n',
  ],
  [
    'a cluster',
    'name: t\nrun: ls\nnodes: 2\nbackend: { kubernetes: { namespace: ml, node-selector: { gpu: a100 }, run-as-user: 1234, tolerations: [{ key: gpu, operator: Exists }] } }\n',
  ],
  ['an image by reference', `name: t\nrun: ls\nimage: r.example.org/demo@${DIGEST}\ncode: none\n`],
  ['another user and folder', 'name: t\nrun: ls\nimage: { user: root, workdir: /srv/job }\n'],
];

function planOf(spec: string): JobPlan {
  const recipe = chooseRecipe(jobOf(spec), treeOf(FILES));
  const repository = { registry: 'r.example.org', path: 'demo' };
  const to = { kind: 'registry', repository, auto: false } as const;
  const [plan] = planJobs([recipe], factsOf([recipe], FILES), to, { mirrors: new Map() }).jobs;
  if (plan === undefined) throw new Error('no plan');
  return plan;
}

function written(spec: string, image = IMAGE): unknown {
  return JSON.parse(JSON.stringify(pendingJob(planOf(spec), image)));
}

function resultOf(...pending: readonly unknown[]): string {
  return JSON.stringify({ jobs: [], findings: [], pending });
}

function runsOf(text: string, choice = ALL): readonly RunPlan[] {
  const { plan, images } = readPending(text, choice);
  return plan.jobs.flatMap((job) => {
    const image = images.get(job.job.name);
    if (image === undefined) throw new Error('no image');
    return planRuns(job, image, CONTEXT);
  });
}

/** Places of the spec are not there any more. */
function placeless(run: RunPlan): unknown {
  const bare = <T extends object>(list: readonly T[] | undefined) =>
    list?.map((one) => ({ ...one, location: undefined }));
  return { ...run, inputs: bare(run.inputs), mounts: bare(run.mounts) };
}

/** As readPending refuses it: `message → hint`. */
function refusal(text: string, choice = ALL): string {
  try {
    readPending(text, choice);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `${error.message} → ${error.findings[0]?.hint}`;
  }
  throw new Error('it was taken');
}

describe('a job that another job of the workflow starts', () => {
  it.each(SPECS)('is the same run as with a checkout: %s', (_, spec) => {
    const there = planRuns(planOf(spec), IMAGE, CONTEXT);

    const here = runsOf(resultOf(written(spec)));

    expect(here.map(placeless)).toEqual(there.map(placeless));
  });

  it('holds no value of a secret, and no variable of the caller', () => {
    const text = JSON.stringify(written(SPEC));

    expect(text).toContain('"A_TOKEN"');
    expect(text).not.toContain("it's here");
  });

  it('is one combination where that is asked for', () => {
    const spec = 'name: t\nrun: echo {{ lr }}\nstrategy: { matrix: { lr: [1, 2] } }\n';
    const text = resultOf(written(spec));

    const runs = runsOf(text, { job: 't', leg: 'lr=2' });

    expect(runs.map(({ leg }) => leg?.label)).toEqual(['lr=2']);
    expect(refusal(text, { job: 't', leg: 'lr=3' })).toMatch(/no combination "lr=3"/);
    expect(refusal(text, { job: 'u', leg: undefined })).toMatch(/no job "u"/);
  });

  it.each([
    ['inputs: { data: data.csv }', IMAGE, 'its input "data" is a file of the repository'],
    ['code: mount', IMAGE, 'its code is put into the container from the checkout'],
    ['', { ...IMAGE, image: undefined, engineId: DIGEST }, 'in the engine of one machine only'],
  ])('needs a checkout with %s', (line, image, why) => {
    const text = resultOf(written(`name: t\nrun: ls\n${line}\n`, image as EnsuredImage));

    expect(refusal(text)).toContain(why);
    expect(refusal(text)).toContain('check out the repository');
  });

  it.each([
    ['', 'it is empty'],
    ['{', 'it is not JSON'],
    ['[]', 'not the output `result`'],
    ['{"findings":[]}', 'no run that is to be started'],
    [`{"pending":"${'x'.repeat(1024 * 1024)}"}`, 'larger than 1 MiB'],
  ])('is refused when the text is no result: %#', (text, why) => {
    expect(refusal(text)).toContain(why);
    expect(refusal(text)).toContain('→ ');
  });
});

describe('a result that a stranger has written', () => {
  const good = written(SPEC) as Readonly<Record<string, unknown>>;

  it.each<readonly [string, object]>([
    ['an image by tag', { image: 'r.example.org/demo:latest' }],
    ['a later version', { version: 2 }],
    ['a key that nobody knows', { privileged: true }],
    ['a secret of the runner', { secrets: [{ name: 'ACTIONS_RUNTIME_TOKEN', required: true }] }],
    ['a name of a variable with a line break', { env: { 'A\nB': ['x'] } }],
    ['a file of the repository as an input', { inputs: [{ name: 'a', from: { path: 'x' }, file: 'x' }] }],
    [
      'an input outside of its folder',
      { inputs: [{ name: 'a', from: { url: 'https://x.org/a' }, file: '../x' }] },
    ],
    ['an input by a program', { inputs: [{ name: 'a', from: { url: 'file:///etc/passwd' }, file: 'x' }] }],
    ['a mount over the system', { mounts: [{ from: '/data', to: '/proc', 'read-only': false }] }],
    ['a relative mount', { mounts: [{ from: '../data', to: '/data', 'read-only': false }] }],
    ["the machine's own network", { backend: { name: 'docker', options: { network: 'host' } } }],
    ['an address of an engine', { backend: { name: 'docker', options: { context: 'ssh://host' } } }],
    ['another backend', { backend: { name: 'batch', options: {} } }],
    ['a folder of outputs that is relative', { outputs: { paths: [], declared: true, from: 'x' } }],
    ['a checkpoint outside', { checkpoint: '../../x' }],
    ['a number that is none', { params: { lr: { type: 'int', text: '1,"a":2' } } }],
    ['a time without end', { timeout: 1e12 }],
    ['root by number', { user: 0 }],
    ['a variable that uses itself', { env: { A: [{ name: 'env.A', raw: false }] } }],
    ['a placeholder with spaces', { env: { A: [{ name: 'a b', raw: false }] } }],
    ['too many combinations', { strategy: { legs: Array(257).fill(0), 'fail-fast': true } }],
  ])('is refused: %s', (_, change) => {
    expect(refusal(resultOf({ ...good, ...change }))).toMatch(/^the input `from`: .+ → .+/);
  });

  it('does not leave the work directory by a placeholder', () => {
    const outputs = { paths: [[{ name: 'name', raw: false }]], declared: true };
    const params = { name: { type: 'string', text: '../../etc' } };
    const text = resultOf({ ...good, outputs, params, command: { kind: 'arguments', words: [['ls']] } });

    expect(() => runsOf(text)).toThrow('leaves the repository');
  });
});
