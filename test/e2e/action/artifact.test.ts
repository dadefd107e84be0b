import { readdir, readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ArtifactService, startArtifactService } from '../../fakes/artifact-service.ts';
import { containersOf } from '../support/images/containers.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { runStep, type Step, type StepEnded, type StepOptions, startStep } from '../support/runner.ts';

const SPEC = (image = '') => `image: ${image}
stop-grace: 1s
timeout: 5m
secrets: [RUN_TOKEN]
jobs:
  keeps:
    run: |
      mkdir -p outputs/models
      echo weights > outputs/models/model.pt
      echo '{}' > 'outputs/10:00.json'
      echo "token $RUN_TOKEN"
  fails: { run: "echo half > outputs/half.txt; exit 4" }
  waits: { run: "trap 'exit 3' TERM; echo checkpoint > outputs/half.txt; echo started; sleep 60 & wait" }
  sweep:
    run: echo {{ lr }} > outputs/lr.txt
    params: { lr: 0.1 }
    strategy: { matrix: { lr: [0.1, "0.2"] }, max-parallel: 1 }
`;

describe('the outputs of a run, as an artifact of the workflow', () => {
  let parts: Parts;
  let repository: Repository;
  let service: ArtifactService;

  beforeAll(async () => {
    parts = await startParts({ name: 'artifact', auth: 'none' });
    repository = await repositoryWith({ files: { 'jobimg.yml': SPEC(parts.python?.reference) } });
  });

  afterAll(async () => {
    await Promise.all([parts, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });

  beforeEach(async () => {
    service = await startArtifactService();
  });

  afterEach(async () => {
    await service[Symbol.asyncDispose]();
  });

  function step(job: string, more: Partial<StepOptions> = {}): StepOptions {
    return {
      workspace: repository.folder,
      inputs: { registry: 'none', artifact: 'true', job, ...more.inputs },
      env: { ...parts.env, ...service.env, RUN_TOKEN: 'canary-of-the-run', ...more.env },
    };
  }

  const textsOf = (name: string | undefined) =>
    Object.fromEntries(service.files(name ?? '').map(({ path, text }) => [path, text]));

  it('has the outputs and the masked log, and is linked where people and steps look', async () => {
    const ended = await runStep(step('keeps'));
    const name = ended.outputs.get('artifact-name') ?? '';
    const id = ended.outputs.get('artifact-id');
    const url = ended.outputs.get('artifact-url') ?? '';

    expect(ended.code).toBe(0);
    expect(name).toMatch(/^keeps-1-[0-9a-f]{8}$/);
    expect(textsOf(name)).toEqual({
      'log.txt': 'token ***\n',
      'outputs/models/model.pt': 'weights\n',
      'outputs/10%3A00.json': '{}\n',
      'provenance/checksums.txt': expect.stringMatching(/^[0-9a-f]{64} {2}outputs\/10:00\.json\n/),
      'provenance/predicate.json': expect.stringContaining('"buildDefinition"'),
      'provenance/statement.json': expect.stringContaining('https://in-toto.io/Statement/v1'),
      'run.json': expect.stringContaining('"reason": "succeeded"'),
    });
    // Where it ran is nobody's business.
    expect(textsOf(name)['run.json']).not.toMatch(/"(?:host|pid|folder|container)"/);
    expect(url).toMatch(new RegExp(`^https://github\\.com/acme/train/actions/runs/\\d+/artifacts/${id}$`));
    expect(ended.summary).toContain(`](${url}) |`);
    expect(ended.log).toContain(`artifact ${name}: ${url}`);
    expect(ended.log).toContain('"outputs/10:00.json"; it is percent-encoded');
  });

  it('says nothing that the runner would act on, and no word of the client', async () => {
    const { log, commands } = await runStep(step('keeps'));
    const acted = new Set(commands.map(({ name }) => name));

    expect([...acted].sort()).toEqual(['add-mask', 'endgroup', 'group', 'notice']);
    expect(log).not.toMatch(/Artifact name is valid|Uploaded bytes|s3cr3t/);
  });

  it('is kept of a job that failed, which fails as it would without', async () => {
    const { code, outputs } = await runStep(step('fails'));

    expect(code).toBe(4);
    expect(textsOf(outputs.get('artifact-name'))).toMatchObject({ 'outputs/half.txt': 'half\n' });
  });

  it('is one for each leg of a matrix', async () => {
    const { code, outputs, summary } = await runStep(step('sweep'));
    const names = outputs.get('artifact-name')?.split('\n') ?? [];

    expect(code).toBe(0);
    expect(names).toEqual([
      expect.stringMatching(/^sweep-lr=0\.1-1-/),
      expect.stringMatching(/^sweep-lr=0\.2-1-/),
    ]);
    expect(names.map((name) => textsOf(name)['outputs/lr.txt'])).toEqual(['0.1\n', '0.2\n']);
    expect(summary).toContain('| artifact | run |');
  });

  it('has another name in each attempt and each job of the workflow, and the same in the same', async () => {
    const ended: StepEnded[] = [];
    const env = { GITHUB_RUN_ID: '18' };
    for (const more of [
      {},
      { GITHUB_RUN_ATTEMPT: '2' },
      { GITHUB_JOB: 'other' },
      { GITHUB_ACTION: '__jobimg_2' },
    ]) {
      ended.push(await runStep(step('fails', { env: { ...env, ...more } })));
    }

    expect(new Set(ended.map(({ outputs }) => outputs.get('artifact-name'))).size).toBe(4);
    expect(service.artifacts.size).toBe(4);
  });

  it('is not made where nobody asked for it', async () => {
    const { code, outputs } = await runStep(step('keeps', { inputs: { artifact: 'false' } }));

    expect(code).toBe(0);
    expect(service.asked).toEqual([]);
    expect(outputs.has('artifact-url')).toBe(false);
  });

  it.each([
    [
      'GitHub Enterprise Server',
      { GITHUB_SERVER_URL: 'https://git.example.com' },
      'notice',
      /Enterprise Server does not have/,
    ],
    [
      'a runner without the service',
      { ACTIONS_RESULTS_URL: undefined },
      'warning',
      /nothing was uploaded: Unable to get/,
    ],
    ['a server that is not there', { ACTIONS_RESULTS_URL: 'http://127.0.0.1:1/' }, 'warning', /ECONNREFUSED/],
  ])('that cannot be made on %s takes nothing from the run', async (_, env, level, message) => {
    await using running = await startStep(step('keeps', { env }));
    const { code, outputs, commands, summary } = await running.ended();
    const told = commands.filter(({ name }) => name === level).map((command) => command.message);

    expect(code).toBe(0);
    expect(outputs.get('status')).toBe('success');
    expect(told).toEqual([expect.stringMatching(message)]);
    expect(told[0]).toContain(`only in "${outputs.get('outputs')}"`);
    expect(summary).toContain('✅ succeeded');
    expect(await readdir(outputs.get('outputs') ?? '')).toEqual([
      'log.txt',
      'outputs',
      'provenance',
      'run.json',
    ]);
  });

  it('is made of what a cancelled job left', async () => {
    await using running = await startStep(step('waits'));
    await running.main.says(/^started$/m);

    running.main.kill('SIGINT');
    const { outputs } = await running.ended();

    expect(outputs.get('status')).toBe('cancelled');
    expect(textsOf(outputs.get('artifact-name'))).toMatchObject({ 'outputs/half.txt': 'checkpoint\n' });
    expect(await containersOf('waits', parts.env)).toEqual([]);
  });

  it('is left when the runner does not wait: no process stays', async () => {
    service.fault = () => 'no-answer';
    const asked = service.next('create');
    await using running: Step = await startStep(step('keeps'));
    await asked;

    running.main.kill('SIGINT');
    running.main.kill('SIGTERM');
    await running.main.ended;

    await until(async () => (await uploadsTo(service)).length === 0);
    expect(service.artifacts.size).toBe(0);
  });
});

/** Processes that have the address of this service in their environment. */
async function uploadsTo({ env }: ArtifactService): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const environments = await Promise.all(
    ids.map(async (id) => [id, await readFile(`/proc/${id}/environ`, 'utf8').catch(() => '')] as const),
  );
  return environments
    .filter(([, text]) => text.includes(env['ACTIONS_RESULTS_URL'] ?? '-'))
    .map(([id]) => id);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 200));
}
