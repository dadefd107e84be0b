import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { planArtifact } from '../../../src/evidence/run-plan.ts';
import { findRecord } from '../../../src/evidence/run-record.ts';
import { parseReference, printReference } from '../../../src/oci/reference.ts';
import { runPlan } from '../../backends/docker-bench.ts';
import { ensureAct } from '../../engine/workflow/act.ts';
import { startGithubApi } from '../../fakes/github/api.ts';
import { setUp } from '../../registry/setup.ts';
import { type Bench, exampleOf, startBench, TRAIN } from '../support/workflows/bench.ts';
import { kubeconfigOf, startCluster } from '../support/workflows/cluster.ts';
import { CHECKED, FORKS } from '../support/workflows/events.ts';
import { keptArtifacts } from '../support/workflows/kept-artifacts.ts';

const program = await ensureAct();

(program === undefined ? describe.skip : describe)('the examples, executed by act', () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench('act-examples', program ?? '');
  });

  afterAll(() => bench?.[Symbol.asyncDispose]());

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
    expect(await bench.tags()).toContain('nightly');
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

  it('github-fleet.yml runs what another repository has sent, and that once', async () => {
    const [made, fleet] = await Promise.all([exampleOf('push.yml'), exampleOf('github-fleet.yml')]);
    await using _ = made.repository;
    await using __ = fleet.repository;
    const secrets = { HF_TOKEN: 'hf_canary' };
    const { registry } = setUp(bench.parts.registry);
    const image = parseReference(
      (await bench.act.run({ ...made, event: 'push', secrets })).output('Train/train', 'image') ?? '',
    );
    const { digest } = image;
    if (digest === undefined) throw new Error('the image has no digest');
    const command = { kind: 'arguments', words: ['python', 'train.py', '--sent'] } as const;
    const sent = runPlan(image, command, { secrets: ['HF_TOKEN'] });
    const plan = await registry.pushReferrer({ ...image, digest }, planArtifact(sent));
    const inputs = { 'run-id': sent.id, plan: printReference({ ...image, digest: plan }) };
    const workflow = fleet.workflow.replace('ghcr.io/acme/*', `${image.registry}/acme/*`);
    const dispatched = { ...fleet, workflow, event: 'workflow_dispatch', inputs, secrets };

    const first = await bench.act.run(dispatched);
    const again = await bench.act.run(dispatched);

    expect([first.jobs, again.jobs]).toEqual([
      { 'Runs of others/run': 'success' },
      { 'Runs of others/run': 'success' },
    ]);
    expect(first.said('Main')).toContain('| trained with --sent and a token');
    expect(again.said('Main')).toContain(`the run ${sent.id} is over, as its record says: succeeded`);
    const record = await findRecord(sent.id, { ...image, digest }, registry);
    expect(record?.ended?.['exit-code']).toBe(0);
    expect(record?.ended?.['outputs-artifact']).toContain(`${image.registry}/${image.path}@sha256:`);
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

  it('pull-request.yml plans the code of a fork, and pull-request-comment.yml says what it costs', async () => {
    const changes = { 'train.py': `${TRAIN}# of a stranger\n` };
    const check = await exampleOf('pull-request.yml', changes);
    const comment = await exampleOf('pull-request-comment.yml');
    await using _ = check.repository;
    await using __ = comment.repository;
    await using kept = await keptArtifacts();
    const github = await startGithubApi();
    const { number, head } = FORKS.pull_request;
    github.pulls.set(number, { state: 'open', head, comments: [] });
    const more = {
      actions: kept.actionsOf(check.workflow, comment.workflow),
      env: kept.env,
      api: github.url,
    };
    const before = await bench.tags();

    github.tokens.set('ghs_canary', { login: 'github-actions[bot]', type: 'Bot', writes: false });
    const checked = await bench.act.run({ ...check, ...more, event: 'pull_request', payload: FORKS });
    github.tokens.set('ghs_canary', { login: 'github-actions[bot]', type: 'Bot', writes: true });
    const ended = await bench.act.run({ ...comment, ...more, event: 'workflow_run', payload: CHECKED });
    await github.close();

    expect(checked.jobs).toEqual({ 'Check the job/check': 'success' });
    expect(checked.output('Check the job/check', 'trusted')).toBe('false');
    expect(checked.output('Check the job/check', 'status')).toBe('skipped');
    expect(checked.said('Main')).not.toContain('trained with');
    expect(await bench.tags()).toEqual(before);
    expect(ended.jobs).toEqual({ 'Comment on the job/comment': 'success' });
    expect(github.pulls.get(number)?.comments).toHaveLength(1);
  });
});
