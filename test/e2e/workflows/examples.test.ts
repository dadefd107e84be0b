import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { ensureAct } from '../../engine/workflow/act.ts';
import { containersOf } from '../support/images/containers.ts';
import { repositoryWith } from '../support/repository.ts';
import { type Bench, exampleOf, startBench, TRAIN } from '../support/workflows/bench.ts';
import { kubeconfigOf, startCluster } from '../support/workflows/cluster.ts';

jest.setTimeout(300_000);

const program = await ensureAct();

const CHECKOUT = '- uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';

/** As GitHub describes a pull request from a fork. */
const FORKS = {
  pull_request: {
    number: 7,
    base: { ref: 'main', repo: { full_name: 'acme/train' } },
    head: { ref: 'main', sha: 'f'.repeat(40), repo: { full_name: 'eve/train', fork: true } },
  },
  repository: { full_name: 'acme/train' },
};

(program === undefined ? describe.skip : describe)('workflows, executed by act', () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench(program ?? '');
  }, 300_000);

  afterAll(() => bench?.[Symbol.asyncDispose]());

  async function tags(): Promise<readonly string[]> {
    const { host } = bench.parts.registry;
    const answer = await fetch(`http://${host}/v2/acme/train/tags/list`);
    return ((await answer.json()) as { readonly tags?: readonly string[] }).tags ?? [];
  }

  it('push.yml builds, runs and uploads; pushed again, it builds nothing', async () => {
    const { repository, workflow } = await exampleOf('push.yml');
    await using _ = repository;
    const push = { repository, workflow, event: 'push', secrets: { HF_TOKEN: 'hf_canary' } };

    const first = await bench.act.run(push);
    const again = await bench.act.run(push);

    expect([first.jobs, again.jobs]).toEqual([{ 'Train/train': 'success' }, { 'Train/train': 'success' }]);
    expect(first.said('Main')).toContain('trained with and a token');
    expect(first.log).not.toContain('hf_canary');
    const files = bench.artifacts.files(first.output('Train/train', 'artifact-name') ?? '');
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['outputs/model.bin', 'log.txt']));
    expect(again.output('Train/train', 'cache')).toBe('image');
    expect(again.output('Train/train', 'digest')).toBe(first.output('Train/train', 'digest'));
  });

  it('scheduled.yml and reusable.yml do with other params what they say', async () => {
    const [nightly, reusable] = await Promise.all([exampleOf('scheduled.yml'), exampleOf('reusable.yml')]);
    await using _ = nightly.repository;
    await using __ = reusable.repository;

    const [first, second] = await Promise.all([
      bench.act.run({ ...nightly, event: 'schedule' }),
      bench.act.run({ ...reusable, event: 'push' }),
    ]);

    expect(first.jobs).toEqual({ 'Train every night/train': 'success' });
    expect(first.said('Main')).toContain('trained with --epochs 50');
    expect(await tags()).toContain('nightly');
    expect(second.jobs).toEqual({ 'train/Job/Image': 'success' });
    expect(second.said('Main')).toContain('trained with --epochs 5 ');
    expect(second.output('train/Job/Image', 'artifact-name')).toMatch(/^train-1-/);
  });

  it('matrix.yml makes the image once, and a job of the workflow for each leg', async () => {
    const { repository, workflow } = await exampleOf('matrix.yml');
    await using _ = repository;

    const sweep = await bench.act.run({ repository, workflow, event: 'workflow_dispatch' });

    expect(Object.values(sweep.jobs)).toEqual(Array(5).fill('success'));
    const legs = Object.keys(sweep.jobs).filter((name) => name !== 'Sweep/image');
    const names = legs.map((leg) => sweep.output(leg, 'artifact-name') ?? '');
    expect(new Set(names).size).toBe(4);
    expect(names.map((name) => bench.artifacts.files(name).length)).not.toContain(0);
    expect(new Set(sweep.said('Main').match(/^trained with .*/gm))).toEqual(
      new Set(
        ['1e-4', '0.1'].flatMap((lr) => [3, 4].map((depth) => `trained with --lr ${lr} --depth ${depth} `)),
      ),
    );
  });

  it('gpu.yml hands the image on to a job on another machine, which needs no checkout', async () => {
    const { repository, workflow } = await exampleOf('gpu.yml');
    await using _ = repository;
    const inputs = { lr: '0.5' };
    const secrets = { HF_TOKEN: 'hf_canary' };

    const ended = await bench.act.run({ repository, workflow, event: 'workflow_dispatch', inputs, secrets });

    expect(ended.jobs).toEqual({ 'Train on a GPU/image': 'success', 'Train on a GPU/train': 'success' });
    expect(ended.output('Train on a GPU/image', 'status')).toBe('skipped');
    expect(ended.output('Train on a GPU/train', 'status')).toBe('success');
    expect(ended.said('Main')).toContain('trained with --lr 0.5');
  });

  it('detached.yml starts a run in the evening, is asked for it later, and clears up in the morning', async () => {
    const { repository, workflow } = await exampleOf('detached.yml');
    await using _ = repository;
    const at = (schedule: string) => ({ repository, workflow, event: 'schedule', payload: { schedule } });

    const evening = await bench.act.run(at('23 20 * * *'));
    const run = evening.output('Train detached/start', 'run-id') ?? '';
    const asked = await bench.act.run({ ...at(''), event: 'workflow_dispatch', inputs: { run } });
    const morning = await bench.act.run(at('17 6 * * *'));

    expect(evening.jobs).toEqual({ 'Train detached/start': 'success' });
    expect(evening.output('Train detached/start', 'status')).toBe('running');
    expect(asked.jobs).toEqual({ 'Train detached/attach': 'success' });
    expect(asked.said('Main')).toContain('trained with');
    expect(morning.jobs).toEqual({ 'Train detached/reap': 'success' });
  });

  it('kubernetes.yml and multi-node.yml follow a Job of a cluster, here of a fake one', async () => {
    const [one, four] = await Promise.all([exampleOf('kubernetes.yml'), exampleOf('multi-node.yml')]);
    await using _ = one.repository;
    await using __ = four.repository;
    const cluster = await startCluster();
    const secrets = { KUBECONFIG: kubeconfigOf(cluster.url), HF_TOKEN: 'hf_canary' };

    const ended = await Promise.all([
      bench.act.run({ ...one, event: 'push', secrets }),
      bench.act.run({ ...four, event: 'workflow_dispatch', secrets }),
    ]).finally(() => cluster.close());

    expect(ended.map(({ jobs }) => jobs)).toEqual([
      { 'Train on Kubernetes/train': 'success' },
      { 'Train on four machines/train': 'success' },
    ]);
    expect(ended.map((one) => one.said('Main').match(/^trained on a node$/gm)?.length)).toEqual([1, 1]);
    const files = bench.artifacts.files(
      ended[1].output('Train on four machines/train', 'artifact-name') ?? '',
    );
    expect(files.map(({ path }) => path)).toEqual(expect.arrayContaining(['log.txt', 'log.node-3.txt']));
    expect(ended.map(({ log }) => log).join()).not.toContain('kube_canary');
  });

  it('pull-request.yml plans the code of a fork, and pushes and runs nothing', async () => {
    const { repository, workflow } = await exampleOf('pull-request.yml', {
      'train.py': `${TRAIN}# of a stranger\n`,
    });
    await using _ = repository;
    const before = await tags();

    const ended = await bench.act.run({ repository, workflow, event: 'pull_request', payload: FORKS });

    expect(ended.jobs).toEqual({ 'Check the job/check': 'success' });
    expect(ended.output('Check the job/check', 'trusted')).toBe('false');
    expect(ended.output('Check the job/check', 'status')).toBe('skipped');
    expect(ended.said('Main')).not.toContain('trained with');
    expect(await tags()).toEqual(before);
  });

  it('the reusable workflow does not run the code of a fork, wherever its spec wants to', async () => {
    const { repository, workflow } = await exampleOf('reusable.yml', {
      'jobimg.yml': 'name: stranger\nrun: python train.py\nruns-on: self-hosted\nparams: { epochs: 1 }\n',
    });
    await using _ = repository;
    const text = workflow.replace('push:\n    branches: [main]', 'pull_request:');
    const before = await tags();

    const ended = await bench.act.run({ repository, workflow: text, event: 'pull_request', payload: FORKS });

    expect(ended.said('Main')).not.toContain('trained with');
    expect(await containersOf('stranger', bench.parts.env)).toEqual([]);
    expect(await tags()).toEqual(before);
  });

  it('the reusable workflow runs the job where its spec says, and hands its outputs on', async () => {
    await using repository = await repositoryWith({
      files: {
        'jobimg.yml': 'run: python train.py\nruns-on: [self-hosted, gpu]\ntimeout: 5m\n',
        'train.py': TRAIN,
      },
    });
    const workflow = `name: Elsewhere
on: push
jobs:
  train:
    uses: org/jobimg-action/.github/workflows/job.yml@v1
  report:
    needs: train
    runs-on: ubuntu-24.04
    steps:
      - run: echo "it was $STATUS, $CODE, in $ARTIFACT"
        env:
          STATUS: \${{ needs.train.outputs.status }}
          CODE: \${{ needs.train.outputs.exit-code }}
          ARTIFACT: \${{ needs.train.outputs.artifact-name }}
`;

    const ended = await bench.act.run({ repository, workflow, event: 'push' });

    expect(ended.jobs).toEqual({
      'train/Job/Image': 'success',
      'train/Job/Run': 'success',
      'Elsewhere/report': 'success',
    });
    expect(ended.output('train/Job/Image', 'status')).toBe('skipped');
    expect(ended.said('Main')).toContain('trained with');
    expect(ended.said('Main')).toMatch(/^it was success, 0, in train-1-\w{8}$/m);
  });

  it('a step after a failed job reports why it failed', async () => {
    await using repository = await repositoryWith({
      files: { 'jobimg.yml': 'run: exit 3\n' },
    });
    const workflow = `name: Reported
on: push
jobs:
  train:
    runs-on: ubuntu-24.04
    steps:
      ${CHECKOUT}
      - id: job
        uses: org/jobimg-action@v1
      - run: echo "never"
      - if: failure()
        run: echo "reported $REASON, $CODE"
        env:
          REASON: \${{ steps.job.outputs.reason }}
          CODE: \${{ steps.job.outputs.exit-code }}
`;

    const ended = await bench.act.run({ repository, workflow, event: 'push' });

    expect(ended.jobs).toEqual({ 'Reported/train': 'failure' });
    expect(ended.code).not.toBe(0);
    expect(ended.said('Main')).toMatch(/^reported failed, 3$/m);
    expect(ended.said('Main')).not.toMatch(/^never$/m);
  });

  it('the post step ends the run of a step that was killed', async () => {
    const spec = 'name: killed\nrun: echo started; sleep 3600\ntimeout: 2h\n';
    await using repository = await repositoryWith({ files: { 'jobimg.yml': spec } });
    const workflow = `name: Killed
on: push
jobs:
  train:
    runs-on: ubuntu-24.04
    steps:
      ${CHECKOUT}
      - uses: org/jobimg-action@v1
`;

    const started = await bench.act.start({ repository, workflow, event: 'push' });
    await started.says('started');
    process.kill(await started.stepProcess('dist/action.js'), 'SIGKILL');
    const ended = await started.ended;

    expect(ended.jobs).toEqual({ 'Killed/train': 'failure' });
    expect(await containersOf('killed', bench.parts.env)).toEqual([]);
  });
});
