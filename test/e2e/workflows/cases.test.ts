import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureAct } from '../../engine/workflow/act.ts';
import { containersOf } from '../support/images/containers.ts';
import { repositoryWith } from '../support/repository.ts';
import { type Bench, exampleOf, startBench, TRAIN } from '../support/workflows/bench.ts';
import { FORKS } from '../support/workflows/events.ts';

const program = await ensureAct();

const CHECKOUT = '- uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1';

(program === undefined ? describe.skip : describe)('what workflows meet, executed by act', () => {
  let bench: Bench;

  beforeAll(async () => {
    bench = await startBench('act-cases', program ?? '');
  });

  afterAll(() => bench?.[Symbol.asyncDispose]());

  it('the reusable workflow does not run the code of a fork, wherever its spec wants to', async () => {
    const { repository, workflow } = await exampleOf('reusable.yml', {
      'jobimg.yml': 'name: stranger\nrun: python train.py\nruns-on: self-hosted\nparams: { epochs: 1 }\n',
    });
    await using _ = repository;
    const text = workflow.replace('push:\n    branches: [main]', 'pull_request:');
    const before = await bench.tags();

    const ended = await bench.act.run({ repository, workflow: text, event: 'pull_request', payload: FORKS });

    expect(ended.said('Main')).not.toContain('trained with');
    expect(await containersOf('stranger', bench.parts.env)).toEqual([]);
    expect(await bench.tags()).toEqual(before);
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
