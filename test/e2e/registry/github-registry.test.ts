import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Grant, Manner } from '../../fakes/github/rules.ts';
import { readTags } from '../support/images/images.ts';
import { jobimg, onlyJob } from '../support/jobimg.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { runStep, type StepEnded } from '../support/runner.ts';
import { type GithubRegistry, startGithubRegistry } from '../support/servers/github-registry.ts';

/** Nobody can push with BuildKit where a read is denied to one that may push. */
const MANNERS: readonly Manner[] = ['token-denied', 'manifest-403', 'manifest-404', 'manifest-401'];
const SPEC = 'name: train\nrun: cat code.txt\nimage: { base: busybox }\n';

async function newRepository(name: string): Promise<Repository> {
  return repositoryWith({
    files: { 'jobimg.yml': `${SPEC}env: { NAME: ${name}-${Date.now()} }\n`, 'code.txt': 'first edition\n' },
  });
}

interface Step {
  readonly grant: Grant;
  /** In the registry. */
  readonly path?: string;
  readonly inputs?: Readonly<Record<string, string>>;
}

/** One step of a workflow, with the requests that came from it and from the builder. */
async function stepIn(github: GithubRegistry, repository: Repository, step: Step) {
  const { grant, path = 'acme/train', inputs } = step;
  const before = github.requests.length;
  const ended: StepEnded = await runStep({
    workspace: repository.folder,
    inputs: {
      registry: `${github.host}/${path}`,
      'registry-auth': github.authOf(grant),
      defaults: github.defaults,
      ...inputs,
    },
    env: github.env,
  });
  const asked = github.requests.slice(before);
  return { ...ended, asked, writes: asked.filter(({ method }) => !['GET', 'HEAD'].includes(method)) };
}

describe.each(MANNERS)('a registry in the manner of ghcr.io: %s', (manner) => {
  let github: GithubRegistry;
  let repository: Repository;

  beforeAll(async () => {
    github = await startGithubRegistry({ name: `github-${manner}`, manner });
    repository = await newRepository(manner);
  });

  afterAll(async () => {
    await Promise.all([github, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });

  it('says before a build that the package may not be made', async () => {
    const { code, log, commands, writes } = await stepIn(github, repository, { grant: 'read' });

    expect(code).toBe(1);
    expect(log).not.toMatch(/exporting to image/);
    expect(commands.filter(({ name }) => name === 'error').map(({ message }) => message)).toEqual([
      expect.stringMatching(/may not push to|nothing may be pushed there/),
    ]);
    expect(log).toContain('`registry: none`');
    if (manner !== 'token-denied') expect(log).toContain('permissions: { contents: read, packages: write }');
    expect(writes.filter(({ status }) => status < 300)).toEqual([]);
    expect(github.packages.size).toBe(0);
  });

  it('gets the first image of a package that does not exist, and the job runs', async () => {
    const first = await stepIn(github, repository, { grant: 'write', inputs: { tags: 'latest' } });

    expect(first.code).toBe(0);
    expect(first.outputs.get('cache')).toBe('none');
    expect(first.log).toMatch(/^first edition$/m);
    expect(await readTags(github.behind, 'acme/train')).toEqual(
      expect.arrayContaining(['latest', 'train.last', first.outputs.get('tag')]),
    );
  });

  it('is only read by a second job that may only read', async () => {
    const second = await stepIn(github, repository, { grant: 'read', inputs: { dispatch: 'true' } });

    expect(second.code).toBe(0);
    expect(second.outputs.get('cache')).toBe('image');
    expect(second.log).toMatch(/^first edition$/m);
    expect(second.writes).toEqual([]);
    expect(second.asked.filter(({ path }) => path.includes('push'))).toEqual([]);
  });

  it('gets a code layer after an edited line', async () => {
    await repository.write({ 'code.txt': 'second edition\n' });

    const edited = await stepIn(github, repository, { grant: 'write' });

    expect(edited.code).toBe(0);
    expect(edited.outputs.get('cache')).toBe('environment');
    expect(edited.log).toMatch(/^second edition$/m);
  });

  it('does not take the edited code of a job that may only read, and says what is missing', async () => {
    await repository.write({ 'code.txt': 'third edition\n' });

    const refused = await stepIn(github, repository, { grant: 'read' });

    expect(refused.code).toBe(1);
    expect(refused.log).toContain('installation not allowed to Write organization package');
    expect(refused.log).toContain('permissions: { contents: read, packages: write }');
  });
});

describe('a registry in the manner of ghcr.io', () => {
  let github: GithubRegistry;
  let repository: Repository;

  beforeAll(async () => {
    github = await startGithubRegistry({ name: 'github' });
    repository = await newRepository('github');
  });

  afterAll(async () => {
    await Promise.all([github, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });

  it('takes an owner with a capital letter', async () => {
    const { code, log, outputs } = await stepIn(github, repository, { grant: 'write', path: 'Acme/Train' });

    expect(code).toBe(0);
    expect(log).toContain(`registry: ${github.host}/acme/train ("${github.host}/Acme/Train" in lower case`);
    expect(outputs.get('image')).toMatch(`${github.host}/acme/train@sha256:`);
  });

  it('takes an index over two platforms as the first image of a package', async () => {
    await using both = await repositoryWith({
      files: {
        'jobimg.yml':
          'name: both\nrun: ls\nimage: { dockerfile: Dockerfile, platforms: [linux/amd64, linux/arm64] }\n',
        Dockerfile: 'FROM busybox\nARG TARGETARCH\nENV BUILT_FOR=$TARGETARCH\n',
        'code.txt': `${Date.now()}\n`,
      },
    });
    const inputs = { dispatch: 'false', tags: 'latest' };

    const first = await stepIn(github, both, { grant: 'write', path: 'acme/both', inputs });
    const again = await stepIn(github, both, {
      grant: 'read',
      path: 'acme/both',
      inputs: { dispatch: 'false' },
    });

    expect(first.code).toBe(0);
    expect(await readTags(github.behind, 'acme/both')).toContain('latest');
    expect(again.outputs.get('cache')).toBe('image');
    expect(again.outputs.get('image')).toBe(first.outputs.get('image'));
    expect(again.writes).toEqual([]);
  });

  it('names the settings of a package that belongs to another repository', async () => {
    github.packages.set('acme/other', { visibility: 'private', linked: false });

    const { code, log } = await stepIn(github, repository, { grant: 'write', path: 'acme/other' });

    expect(code).toBe(1);
    expect(log).toContain('permission_denied: read_package');
    expect(log).toContain('"Package settings" → "Manage Actions access"');
  });

  it('plans without knowing what a package has that nobody may read, and asks for no right', async () => {
    const before = github.requests.length;
    const place = ['--registry', `${github.host}/acme/new`, '--defaults', github.defaults, '--json'];
    const env = await github.loggedIn('write');

    const planned = await jobimg(['plan', ...place], { cwd: repository.folder, env });

    expect(planned.code).toBe(0);
    expect(planned.json.findings).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        code: 'registry-denied',
        hint: expect.stringContaining('what does not exist yet'),
      }),
    );
    expect(github.requests.slice(before).filter(({ path }) => path.includes('push'))).toEqual([]);
  });

  it('gives a public base to a builder whose login expired', async () => {
    const built = await jobimg(['run', '--registry', 'none', '--defaults', github.defaults, '--json'], {
      cwd: repository.folder,
      env: await github.loggedIn('expired'),
    });

    expect(built.code).toBe(0);
    expect(onlyJob(built).runs[0]?.status).toBe('success');
    expect(built.stderr).toContain(`continuing without credentials for ${github.host}`);
  });

  it('gives a base that only the builder asks for to a builder whose login expired', async () => {
    const base = `${github.host}/library/busybox@${github.busybox}`;
    await using pinned = await repositoryWith({
      files: { 'jobimg.yml': `name: pinned\nrun: echo pinned\nimage: { base: "${base}" }\n` },
    });

    const built = await jobimg(['run', '--registry', 'none', '--json'], {
      cwd: pinned.folder,
      env: await github.loggedIn('expired'),
    });

    expect(built.code).toBe(0);
    expect(onlyJob(built).runs[0]?.status).toBe('success');
  });

  it('gives a public image to an engine whose login expired', async () => {
    await using ready = await repositoryWith({
      files: {
        'jobimg.yml': `name: ready\nrun: echo ready\nimage: ${github.host}/library/busybox\ncode: none\n`,
      },
    });

    const ran = await jobimg(['run', '--json'], {
      cwd: ready.folder,
      env: await github.loggedIn('expired'),
    });

    expect(ran.code).toBe(0);
    expect(onlyJob(ran).runs[0]?.status).toBe('success');
  });
});
