import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { containersOf } from '../support/images/containers.ts';
import { readTags } from '../support/images/images.ts';
import { type Ended, inherited, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { runStep } from '../support/runner.ts';
import { watch } from '../support/watched.ts';

const TRAIN = `import json, os, pathlib
params = json.loads(os.environ["JOBIMG_PARAMS"])
outputs = pathlib.Path(os.environ["JOBIMG_OUTPUTS"])
(outputs / "params.json").write_text(os.environ["JOBIMG_PARAMS"])
(outputs / "metrics.json").write_text(json.dumps({"loss": params["lr"] * params["depth"]}))
print("trained", flush=True)
`;

describe('a matrix', () => {
  let parts: Parts;
  let repository: Repository;

  beforeAll(async () => {
    parts = await startParts({ name: 'strategy', auth: 'none' });
    repository = await repositoryWith({
      files: {
        'jobimg.yml': `image: { requirements: none }
timeout: 1m
stop-grace: 1s
jobs:
  sweep:
    run: python3 train.py
    params: { lr: 0.5 }
    strategy: { matrix: { lr: [0.1, 0.20], depth: [1, 2] }, max-parallel: 2 }
  fails:
    run: |
      if [ {{ code }} = 3 ]; then exit 3; fi
      sleep 300
    strategy: { matrix: { code: [0, 3, 1] }, max-parallel: 2 }
  slow:
    run: echo started {{ x }}; sleep 300
    strategy: { matrix: { x: [1, 2, 3] }, max-parallel: 2 }
`,
        'train.py': TRAIN,
      },
    });
  });

  afterAll(async () => {
    await Promise.all([parts, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });

  function words(job: string): readonly string[] {
    return ['--job', job, '--registry', `${parts.registry.host}/acme/${job}`, '--defaults', parts.defaults];
  }

  function call(command: string, job: string, ...more: readonly string[]): Promise<Ended> {
    const options = { cwd: repository.folder, env: parts.env };
    return jobimg([command, ...words(job), ...more, '--json'], options);
  }

  it('runs every leg on one image, each with its own params and outputs', async () => {
    const ended = await call('run', 'sweep');
    const { runs } = onlyJob(ended);
    const texts = runs.map((run) =>
      readFile(join(run['outputs-folder'] ?? '', 'outputs/params.json'), 'utf8'),
    );

    expect(ended.stderr).not.toContain('error:');
    expect(ended.code).toBe(0);
    expect(runs).toMatchObject([
      {
        leg: 'lr=0.1, depth=1',
        params: { lr: '0.1', depth: '1' },
        reason: 'succeeded',
        metrics: { loss: 0.1 },
      },
      { leg: 'lr=0.1, depth=2', reason: 'succeeded', metrics: { loss: 0.2 } },
      { leg: 'lr=0.20, depth=1', reason: 'succeeded', metrics: { loss: 0.2 } },
      { leg: 'lr=0.20, depth=2', reason: 'succeeded', metrics: { loss: 0.4 } },
    ]);
    expect(await Promise.all(texts)).toEqual([
      '{"lr":0.1,"depth":1}',
      '{"lr":0.1,"depth":2}',
      '{"lr":0.20,"depth":1}',
      '{"lr":0.20,"depth":2}',
    ]);
    expect(ended.stderr).toMatch(/^\[lr=0\.1, depth=1\] trained$/m);
    expect(ended.stderr.match(/^Run sweep: 4 legs, 2 at a time$/gm)).toHaveLength(1);
    const tags = await readTags(parts.registry, 'acme/sweep');
    expect(tags.filter((tag) => /^sweep-[0-9a-f]{16}$/.test(tag))).toHaveLength(1);
    expect(await containersOf('sweep', parts.env)).toEqual([]);
  });

  it('ends with the first that fails: what runs is stopped, and the rest is not started', async () => {
    const ended = await call('run', 'fails');

    expect(ended.code).toBe(3);
    expect(onlyJob(ended).runs).toMatchObject([
      { leg: 'code=0', reason: 'cancelled', detail: 'stopped, because code=3 failed' },
      { leg: 'code=3', reason: 'failed', 'exit-code': 3 },
      { leg: 'code=1', reason: 'cancelled', detail: 'not started, because code=3 failed' },
    ]);
    expect(await containersOf('fails', parts.env)).toEqual([]);
  });

  it('has two that run at once, and leaves nothing running when it is interrupted', async () => {
    const env = { ...inherited(), ...parts.env };
    const running = watch('cli.js', ['run', ...words('slow')], { cwd: repository.folder, env });

    await running.says(/^\[x=1\] started 1$/m);
    await running.says(/^\[x=2\] started 2$/m);
    // Neither of the two ends by itself.
    const seen = await containersOf('slow', parts.env);
    running.kill('SIGINT');
    const code = await running.ended;

    expect(seen.map((one) => one.running)).toEqual([true, true]);
    expect(code).not.toBe(0);
    expect(running.said()).not.toContain('started 3');
    expect(await containersOf('slow', parts.env)).toEqual([]);
  });

  it('is told by the plan, and one leg of it runs alone by the params that its row names', async () => {
    const planned = await call('plan', 'sweep');
    const step = await runStep({
      workspace: repository.folder,
      env: parts.env,
      inputs: {
        job: 'slow',
        registry: `${parts.registry.host}/acme/slow`,
        defaults: parts.defaults,
        params: 'x=2',
        overrides: 'jobs.slow.run=echo alone {{ x }}',
      },
    });

    expect(planned.json.jobs[0]).toMatchObject({
      strategy: { 'max-parallel': 2, 'fail-fast': true, legs: { length: 4 } },
    });
    expect(step.log).toMatch(/^alone 2$/m);
    expect(JSON.parse(step.outputs.get('matrix') ?? '')).toMatchObject({
      include: [{ job: 'slow', leg: 'x=2', params: 'x=2' }],
    });
    expect(step.summary).toContain('### Runs of slow');
  });
});

describe('a group of Polyaxon', () => {
  let parts: Parts;
  let repository: Repository;

  beforeAll(async () => {
    parts = await startParts({ name: 'polyaxon-group', auth: 'none' });
    repository = await repositoryWith({
      files: {
        'polyaxonfile.yml': `version: 1
kind: group
name: sweep
hptuning: { concurrency: 2, matrix: { lr: { values: [0.1, 1e-3] }, steps: { range: "1:3:1" } } }
build: { image: "python:3.13-slim-bookworm" }
run:
  cmd: mkdir -p outputs && echo "{\\"loss\\":" {{ lr * steps }} "}" > outputs/metrics.json && echo {{ lr }} $POLYAXON_PARAMS
`,
      },
    });
  });

  afterAll(async () => {
    await Promise.all([parts, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });

  it('runs every combination with its own command on one image', async () => {
    const place = ['--registry', `${parts.registry.host}/acme/sweep`, '--defaults', parts.defaults];
    const ended = await jobimg(['run', ...place, '--json'], { cwd: repository.folder, env: parts.env });

    expect(ended.code).toBe(0);
    expect(onlyJob(ended).runs).toMatchObject([
      { leg: 'lr=0.1, steps=1', reason: 'succeeded', metrics: { loss: 0.1 } },
      { leg: 'lr=0.1, steps=2', reason: 'succeeded', metrics: { loss: 0.2 } },
      { leg: 'lr=0.001, steps=1', reason: 'succeeded', metrics: { loss: 0.001 } },
      { leg: 'lr=0.001, steps=2', reason: 'succeeded', metrics: { loss: 0.002 } },
    ]);
    expect(ended.stderr).toContain('[lr=0.001, steps=2] 0.001 {"lr": 0.001, "steps": 2}');
  });
});

describe('a task of Valohai', () => {
  let parts: Parts;
  let repository: Repository;

  beforeAll(async () => {
    parts = await startParts({ name: 'valohai-task', auth: 'none' });
    repository = await repositoryWith({
      files: {
        'valohai.yaml': `- step:
    name: Train model
    image: python:3.13-slim-bookworm
    command: echo got {parameters} | tee /valohai/outputs/got.txt
    parameters:
      - { name: lr, type: float, default: 1.0 }
      - { name: epochs, type: integer, default: 5 }
    time-limit: 2m
- task:
    name: Big sweep
    step: Train model
    maximum-queued-executions: 2
    parameters:
      - { name: lr, style: logspace, rules: { start: -2, end: -1, count: 2 } }
`,
      },
    });
  });

  afterAll(async () => {
    await Promise.all([parts, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });

  it('runs its step once for each of its values', async () => {
    const words = ['run', '--job', 'Big sweep', '--registry', 'none', '--defaults', parts.defaults, '--json'];
    const ended = await jobimg(words, { cwd: repository.folder, env: parts.env });
    const { name, runs } = onlyJob(ended);
    const texts = runs.map((run) => readFile(join(run['outputs-folder'] ?? '', 'outputs/got.txt'), 'utf8'));

    expect(ended.code).toBe(0);
    expect(name).toBe('big-sweep');
    expect(await Promise.all(texts)).toEqual(['got --lr=0.01 --epochs=5\n', 'got --lr=0.1 --epochs=5\n']);
  });
});
