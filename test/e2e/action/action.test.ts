import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { containersOf, docker } from '../support/images/containers.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { runStep, type Step, type StepEnded, startStep } from '../support/runner.ts';

const SPEC = `name: action-job
run: |
  echo "learning at {{ lr }}"
  echo trained > outputs/model.txt
  echo '{"loss": 0.5}' > outputs/metrics.json
params: { lr: 0.1 }
image: { env: { GREETING: hello } }
runs-on: ubuntu-24.04
timeout: 5m
`;

describe('the action, started as the runner starts it, with a registry that asks for a token', () => {
  let parts: Parts;
  let repository: Repository;
  let firstStep: Step;
  let first: StepEnded;

  beforeAll(async () => {
    parts = await startParts({ name: 'action', auth: 'token' });
    repository = await repositoryWith({ files: { 'jobimg.yml': SPEC, 'train.py': 'print(1)\n' } });
    firstStep = await startStep({ workspace: repository.folder, env: parts.withoutLogin, inputs: inputs() });
    first = await firstStep.ended();
  });

  afterAll(async () => {
    await Promise.all([parts, repository, firstStep].map((one) => one?.[Symbol.asyncDispose]()));
  });

  function inputs(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    const { host, username, password } = parts.registry;
    return {
      registry: `${host}/acme/train`,
      'registry-auth': `- registry: ${host}\n  username: ${username}\n  password: ${password}\n`,
      defaults: parts.defaults,
      dispatch: 'true',
      ...more,
    };
  }

  it('ends well and gives every output, each as the runner reads it', () => {
    const { outputs } = first;
    const digest = outputs.get('digest');
    const result = JSON.parse(outputs.get('result') ?? '');

    expect(first.code).toBe(0);
    expect(Object.fromEntries(outputs)).toMatchObject({
      image: `${parts.registry.host}/acme/train@${digest}`,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      tag: expect.stringMatching(/^action-job-[0-9a-f]{16}$/),
      id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      'environment-image': expect.stringContaining(`${parts.registry.host}/acme/train@sha256:`),
      cache: 'none',
      why: 'no environment image with this content was there',
      'runs-on': '["ubuntu-24.04"]',
      'timeout-minutes': '36',
      status: 'success',
      reason: 'succeeded',
      'exit-code': '0',
      duration: expect.stringMatching(/^\d+$/),
      metrics: '{"loss":0.5}',
      'run-id': expect.stringMatching(/^[a-z0-9-]+$/),
    });
    expect(JSON.parse(outputs.get('matrix') ?? '')).toEqual({
      include: [
        {
          job: 'action-job',
          params: '',
          image: outputs.get('image'),
          'runs-on': ['ubuntu-24.04'],
          'timeout-minutes': 36,
        },
      ],
    });
    expect(result.jobs[0].image.digest).toBe(digest);
  });

  it('leaves the generated Dockerfile and the collected outputs where it says', async () => {
    const { outputs } = first;

    expect(await readFile(join(outputs.get('outputs') ?? '', 'outputs/model.txt'), 'utf8')).toBe('trained\n');
    expect(await readFile(outputs.get('dockerfile') ?? '', 'utf8')).toMatch(
      /^FROM .*library\/python@sha256:/m,
    );
  });

  it('writes a summary with the image, what was made and why, the result and the metrics', () => {
    const { summary, outputs } = first;

    const image = outputs.get('image') ?? '';
    expect(decoded(summary)).toContain(`<code>${image.slice(0, image.indexOf('@') + 20)}…</code>`);
    expect(decoded(summary)).toContain(`\n${image}\n`);
    expect(summary).toContain('no environment image with this content was there');
    expect(summary).toContain('✅ succeeded');
    expect(summary).toMatch(/\| loss \| 0\\\.5 \|/);
    expect(summary).toContain('```dockerfile');
  });

  it('sends the runner groups, masks and nothing else', () => {
    const names = new Set(first.commands.map(({ name }) => name));

    expect([...names].sort()).toEqual(['add-mask', 'endgroup', 'group']);
    expect(first.log).toContain('learning at 0.1');
  });

  it('leaves nothing behind: no container, no folder, no credential', async () => {
    await using step = await startStep({
      workspace: repository.folder,
      env: parts.withoutLogin,
      inputs: inputs(),
    });

    const main = await step.ended();
    const post = await step.post();

    expect([main.code, post.code]).toEqual([0, 0]);
    expect(main.outputs.get('cache')).toBe('image');
    expect(main.log).toContain(`action-job: ${main.outputs.get('image')} (nothing changed)`);
    expect(main.log).toContain(`image     ${main.outputs.get('image')} (reused: nothing changed)`);
    expect(main.outputs.get('digest')).toBe(first.outputs.get('digest'));
    expect(await containersOf('action-job', parts.env)).toEqual([]);
    const files = await filesUnder(step);
    expect(files.filter((path) => !RUN.test(path))).toEqual([
      'jobimg',
      'jobimg/action-job.Dockerfile',
      'jobimg/runs',
      `jobimg/runs/${main.outputs.get('run-id')}.ended.json`,
    ]);
    const folder = main.outputs.get('outputs') ?? '';
    expect(folder).toMatch(
      new RegExp(`^${step.temporary}/jobimg/runs/[-0-9]{10}T\\d{4}Z-${main.outputs.get('run-id')}$`),
    );
    expect(files).toContain(`${relative(step.temporary, folder)}/run.json`);
  });

  it('shows every mistake of a spec as an annotation on its line, and builds nothing', async () => {
    const wrong = 'run: python train.py\nimag: x\ntimeout: soon\n';
    await using broken = await repositoryWith({ files: { 'jobimg.yml': wrong } });

    const step = await runStep({ workspace: broken.folder, env: parts.withoutLogin, inputs: inputs() });
    const errors = step.commands.filter(({ name }) => name === 'error');

    expect(step.code).toBe(1);
    expect(Object.fromEntries(step.outputs)).toMatchObject({
      status: 'failure',
      reason: 'input',
      'exit-code': '1',
    });
    expect(errors.map(({ properties, message }) => [Object.fromEntries(properties), message])).toEqual([
      [
        expect.objectContaining({ file: 'jobimg.yml', line: '2', col: '1' }),
        expect.stringMatching(/unknown key "imag"[\s\S]*did you mean "image"/),
      ],
      [
        expect.objectContaining({ file: 'jobimg.yml', line: '3', col: '10' }),
        expect.stringContaining('"soon" is not a duration'),
      ],
    ]);
    expect(decoded(step.summary)).toContain('<code>jobimg.yml:2:1</code>');
  });

  it('writes no summary when told so, whether it ends well or not', async () => {
    const quiet = inputs({ summary: 'false', check: 'true' });

    const [well, badly] = await Promise.all([
      runStep({ workspace: repository.folder, env: parts.withoutLogin, inputs: quiet }),
      runStep({
        workspace: repository.folder,
        env: parts.withoutLogin,
        inputs: { ...quiet, spec: 'none.yml' },
      }),
    ]);

    expect([well.code, badly.code]).toEqual([0, 1]);
    expect([well.summary, badly.summary]).toEqual(['', '']);
  });

  it('plans only with `check`: no build, no push, no run', async () => {
    await using fresh = await repositoryWith({ files: { 'jobimg.yml': SPEC.replace('hello', 'checked') } });

    const step = await runStep({
      workspace: fresh.folder,
      env: parts.withoutLogin,
      inputs: inputs({ check: 'true' }),
    });

    expect(step.code).toBe(0);
    expect(step.outputs.get('status')).toBe('skipped');
    expect(step.outputs.get('image')).toBeUndefined();
    expect(step.outputs.get('tag')).toMatch(/^action-job-/);
    expect(step.log).not.toMatch(/built as/);
  });

  it('stops after the image with `dispatch: false`, and says where the job belongs', async () => {
    const step = await runStep({
      workspace: repository.folder,
      env: parts.withoutLogin,
      inputs: inputs({ dispatch: 'false' }),
    });

    expect(step.code).toBe(0);
    expect(Object.fromEntries(step.outputs)).toMatchObject({
      status: 'skipped',
      digest: first.outputs.get('digest'),
      'runs-on': '["ubuntu-24.04"]',
    });
  });

  it("fails the step with the job's own exit code", async () => {
    const step = await runStep({
      workspace: repository.folder,
      env: parts.withoutLogin,
      inputs: inputs({ overrides: 'run=exit 9' }),
    });

    expect(step.code).toBe(9);
    expect(Object.fromEntries(step.outputs)).toMatchObject({
      status: 'failure',
      reason: 'failed',
      'exit-code': '9',
    });
    expect(step.summary).toContain('❌ failed');
  });

  it('leaves status, reason and exit code after a build that failed, and has one error for it', async () => {
    const failing = 'name: action-build-fails\nrun: "true"\nimage: { build: ["echo no compiler; exit 9"] }\n';
    await using broken = await repositoryWith({ files: { 'jobimg.yml': failing } });

    const step = await runStep({ workspace: broken.folder, env: parts.withoutLogin, inputs: inputs() });

    const errors = step.commands.filter(({ name }) => name === 'error');
    expect(step.code).toBe(3);
    expect(Object.fromEntries(step.outputs)).toMatchObject({
      status: 'failure',
      reason: 'build',
      'exit-code': '3',
    });
    expect(errors.map(({ properties }) => Object.fromEntries(properties))).toEqual([
      expect.objectContaining({ file: 'jobimg.yml', line: '3' }),
    ]);
  });

  it('says in a line of the log what was left out of the code, and annotates nothing', async () => {
    await using ignored = await repositoryWith({
      files: { 'jobimg.yml': SPEC, '.dockerignore': 'data/\n', 'data/1.bin': '1', 'train.py': 'print(1)\n' },
    });

    const step = await runStep({ workspace: ignored.folder, env: parts.withoutLogin, inputs: inputs() });

    expect(step.log).toMatch(/^left out of the code: .*"data\/"/m);
    expect(step.commands.filter(({ name }) => name === 'notice')).toEqual([]);
    expect(step.summary).not.toContain('left out');
  });

  it('refuses inputs that are wrong, all at once, and names what was meant for one nobody knows', async () => {
    const wrong = inputs({ check: 'yes', tags: '-x', params: 'lr', 'registri-auth': 'x' });

    const step = await runStep({ workspace: repository.folder, env: parts.withoutLogin, inputs: wrong });

    expect(step.code).toBe(1);
    for (const name of ['check', 'tags', 'params']) expect(step.log).toContain(`input \`${name}\``);
  });

  it('stops and removes in its post step what a killed main step left running', async () => {
    await using step = await startStep({
      workspace: repository.folder,
      env: parts.withoutLogin,
      inputs: inputs({ overrides: 'name=action-killed\nrun=echo started; sleep 300' }),
    });

    await step.main.says(/^started$/m);
    step.main.kill('SIGKILL');
    await step.main.ended;
    const left = await containersOf('action-killed', parts.env);
    const post = await step.post();

    expect(left.map(({ running }) => running)).toEqual([true]);
    expect(post.code).toBe(0);
    expect(post.log).toMatch(/stopped and removed/);
    expect(await containersOf('action-killed', parts.env)).toEqual([]);
    const kept = (await filesUnder(step)).filter((path) => !RUN.test(path));
    expect(kept).toEqual([
      'jobimg',
      'jobimg/runs',
      expect.stringMatching(/^jobimg\/runs\/[^.]+\.ended\.json$/),
    ]);
  });

  it('removes in its post step the login that a killed build left', async () => {
    await using slow = await repositoryWith({
      files: {
        'jobimg.yml': `name: action-build\nrun: "true"\nimage: { build: ["echo building; sleep 20 # ${Date.now()}"] }\n`,
      },
    });
    await using step = await startStep({
      workspace: slow.folder,
      env: parts.withoutLogin,
      inputs: inputs(),
    });

    await step.main.says(/building$/m);
    const during = await filesUnder(step);
    step.main.kill('SIGKILL');
    const post = await step.post();

    expect(during.some((path) => path.endsWith('/config.json'))).toBe(true);
    expect(post.code).toBe(0);
    expect(await filesUnder(step)).toEqual(['jobimg', 'jobimg/runs']);
  });

  it('leaves status, reason and exit code when it is cancelled during a build, and calls it no error', async () => {
    await using slow = await repositoryWith({
      files: {
        'jobimg.yml': `name: action-slow\nrun: "true"\nimage: { build: ["echo building; sleep 60 # ${Date.now()}"] }\n`,
      },
    });
    await using step = await startStep({
      workspace: slow.folder,
      env: parts.withoutLogin,
      inputs: inputs(),
    });

    await step.main.says(/building$/m);
    step.main.kill('SIGINT');
    const main = await step.ended();

    expect(main.code).toBe(130);
    expect(main.commands.map(({ name }) => name)).not.toContain('error');
    expect(Object.fromEntries(main.outputs)).toMatchObject({
      status: 'cancelled',
      reason: 'cancelled',
      'exit-code': '130',
    });
  });

  it('lets a run save what it has after the runner has ended the main step, and brings it back', async () => {
    const job = 'action-saves';
    const save =
      'until test -e /tmp/go; do sleep 0.1; done; echo it > outputs/checkpoint; echo saved; exit 0';
    const run = `trap 'echo saving; ${save}' TERM; echo started; while true; do sleep 0.1; done`;
    await using step = await startStep({
      workspace: repository.folder,
      env: parts.withoutLogin,
      inputs: inputs({ overrides: `name=${job}\nstop-grace=60s\nrun=${run}` }),
    });

    await step.main.says(/^started$/m);
    step.main.kill('SIGINT');
    await step.main.says(/^saving$/m);
    step.main.kill('SIGTERM');
    const main = await step.ended();
    const [left] = await containersOf(job, parts.env);
    await docker(['exec', left?.id ?? '', 'touch', '/tmp/go'], parts.env);
    const post = await step.post();

    expect(main.code).toBe(130);
    expect(main.log).toMatch(/the run is asked to stop, and has 60 s to save what it has/);
    expect(Object.fromEntries(main.outputs)).toMatchObject({ status: 'cancelled', reason: 'cancelled' });
    expect(left?.running).toBe(true);
    expect(post.log).toMatch(/^saved$/m);
    expect(post.log).not.toMatch(/^saving$/m);
    expect(post.log).toMatch(
      /^run \S+: stopped and removed: cancelled, exit code 0; its outputs are in \S+: outputs\/checkpoint$/m,
    );
    expect(await containersOf(job, parts.env)).toEqual([]);
  });

  it('stops the container and says so when the runner cancels the step', async () => {
    await using step = await startStep({
      workspace: repository.folder,
      env: parts.withoutLogin,
      inputs: inputs({ overrides: 'name=action-cancelled\nrun=echo started; sleep 300' }),
    });

    await step.main.says(/^started$/m);
    step.main.kill('SIGINT');
    const main = await step.ended();

    expect(main.code).not.toBe(0);
    expect(Object.fromEntries(main.outputs)).toMatchObject({ status: 'cancelled', reason: 'cancelled' });
    expect(await containersOf('action-cancelled', parts.env)).toEqual([]);
  });
});

/** Entities of HTML as the characters they stand for. */
function decoded(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

/** The folder of a run, and what it holds for those who look at it. */
const RUN = /^jobimg\/runs\/[^/.]+(?:\/|$)/;

async function filesUnder({ temporary }: Step): Promise<readonly string[]> {
  return (await readdir(temporary, { recursive: true })).sort();
}
