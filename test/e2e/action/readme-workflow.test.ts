import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ensureBuildkitImage } from '../../engine/buildkit/buildkit-image.ts';
import { ensureBuildkitd } from '../../engine/buildkit/buildkitd.ts';
import { type ArtifactService, startArtifactService } from '../../fakes/artifact-service.ts';
import { buildkitOf, type HostedRunner, startHostedRunner } from '../support/hosted-runner.ts';
import { jobimg, onlyJob } from '../support/jobimg.ts';
import { onlyPrograms } from '../support/programs.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { runStep, type StepEnded } from '../support/runner.ts';
import { type GithubRegistry, startGithubRegistry } from '../support/servers/github-registry.ts';

const README = fileURLToPath(new URL('../../../README.md', import.meta.url));

const TRAIN = `import os, six
print("trained with", six.__version__, "and a token" if os.environ.get("HF_TOKEN") else "")
`;

interface Workflow {
  readonly jobs: {
    readonly train: {
      readonly steps: readonly {
        readonly with?: Readonly<Record<string, string | boolean>>;
        readonly env?: Readonly<Record<string, string>>;
      }[];
    };
  };
}

/** The first spec and the first workflow, word for word. */
async function readme(): Promise<{ readonly spec: string; readonly workflow: Workflow }> {
  const blocks = /```yaml spec\n([\s\S]*?)```[\s\S]*?```yaml\n([\s\S]*?)```/.exec(
    await readFile(README, 'utf8'),
  );
  const [, spec = '', workflow = ''] = blocks ?? [];
  return { spec, workflow: parse(workflow) as Workflow };
}

describe("the README's first workflow, on GitHub's own runner as it is", () => {
  let artifacts: ArtifactService;
  let github: GithubRegistry;
  let runner: HostedRunner;
  let repository: Repository;
  let defaults: string;
  let first: StepEnded;

  beforeAll(async () => {
    const { spec, workflow } = await readme();
    const { with: inputs = {}, env = {} } = workflow.jobs.train.steps.at(-1) ?? {};
    expect([inputs, Object.keys(env)]).toEqual([
      { registry: 'ghcr.io/acme/train', artifact: true },
      ['HF_TOKEN'],
    ]);

    artifacts = await startArtifactService();
    [github, runner] = await Promise.all([
      startGithubRegistry({ name: 'readme-workflow', manner: 'token-denied', bases: ['python'] }),
      startHostedRunner('hosted-readme'),
    ]);
    await ensureBuildkitImage(github.behind);
    github.packages.set('moby/buildkit', { visibility: 'public', linked: false });
    // So that each run of the tests builds anew, whatever a builder keeps from the one before.
    const requirements = `six==1.17.0\n# ${process.pid}-${performance.timeOrigin}\n`;
    repository = await repositoryWith({
      files: { 'jobimg.yml': spec, 'requirements.txt': requirements, 'train.py': TRAIN },
    });
    defaults = join(runner.folder, 'defaults.yml');
    await copyFile(github.defaults, defaults);
    await Promise.all([repository.folder, defaults].map(runner.give));
    first = await step();
  });

  afterAll(async () => {
    await runner?.removeBuilder();
    await Promise.all([artifacts, github, runner, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });

  /** Its step, with the registry and Docker Hub that are here. */
  function step(env: Readonly<Record<string, string>> = {}): Promise<StepEnded> {
    return runStep({
      workspace: repository.folder,
      runner,
      env: { ...runner.env, ...buildkitOf(github.host), ...artifacts.env, HF_TOKEN: 'hf_canary', ...env },
      inputs: {
        registry: `${github.host}/acme/train`,
        'registry-auth': github.authOf('write'),
        artifact: 'true',
        defaults,
      },
    });
  }

  it('is green: a builder is made, the package is made, and the job runs', () => {
    expect(first.log).toMatch(/^builder jobimg: created in [\d.]+ s with the image sha256:/m);
    expect(first.log).toMatch(/^trained with 1\.17\.0 and a token$/m);
    expect(first.code).toBe(0);
    expect(Object.fromEntries(first.outputs)).toMatchObject({
      status: 'success',
      cache: 'none',
      digest: expect.stringMatching(/^sha256:/),
    });
    const files = artifacts.files(first.outputs.get('artifact-name') ?? '');
    expect(files.map(({ path }) => path)).toContain('log.txt');
  });

  it('starts no builder when typed again, nor after an edited line: no docker program is needed', async () => {
    await using programs = await onlyPrograms();

    const again = await step({ PATH: programs.path });
    await repository.write({ 'train.py': `${TRAIN}print("edited")\n` });
    const edited = await step({ PATH: programs.path });
    await repository.write({ 'train.py': TRAIN });

    expect([again.code, edited.code]).toEqual([0, 0]);
    expect([again, edited].map(({ outputs }) => outputs.get('cache'))).toEqual(['image', 'environment']);
    expect([again.log, edited.log].join()).not.toContain('builder jobimg');
    expect(edited.log).toMatch(/^edited$/m);
  });

  it("gives the digest that an engine's own BuildKit gives, and a separate one", async () => {
    const second = await ensureBuildkitd();
    const env = { ...(await github.loggedIn('write')), HF_TOKEN: 'hf_canary' };
    const build = async (name: string, words: readonly string[]): Promise<string | undefined> => {
      const place = ['--registry', `${github.host}/acme/${name}`, '--defaults', github.defaults, '--json'];
      const ended = await jobimg(['build', ...place, ...words], { cwd: repository.folder, env });
      return digestOf(onlyJob(ended).environment?.reference);
    };

    const digests = await Promise.all([
      build('engine', []),
      ...(second === undefined ? [] : [build('second', ['--builder', second.builder])]),
    ]);

    const ours = digestOf(first.outputs.get('environment-image'));
    expect(ours).toMatch(/^sha256:/);
    expect(digests).toEqual(digests.map(() => ours));
  });
});

function digestOf(reference: string | undefined): string | undefined {
  return reference?.split('@')[1];
}
