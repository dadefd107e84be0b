import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { containersOf } from '../support/images/containers.ts';
import { type Request, readRequests } from '../support/images/images.ts';
import { jobimg } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Files, type Repository, repositoryWith } from '../support/repository.ts';
import { runStep, type StepEnded, type StepOptions } from '../support/runner.ts';

const run = promisify(execFile);
const BASE = { repo: { full_name: 'acme/train' } };
const FORK = { repo: { full_name: 'mallory/train' } };

interface Case {
  readonly what: string;
  readonly env: Readonly<Record<string, string>>;
  readonly event: unknown;
}

const UNTRUSTED: readonly Case[] = [
  {
    what: 'a pull request from a fork',
    env: { GITHUB_EVENT_NAME: 'pull_request' },
    event: { pull_request: { head: FORK, base: BASE } },
  },
  {
    what: 'a pull request whose fork is gone',
    env: { GITHUB_EVENT_NAME: 'pull_request' },
    event: { pull_request: { head: { repo: null }, base: BASE } },
  },
  {
    what: 'a pull request of Dependabot',
    env: { GITHUB_EVENT_NAME: 'pull_request', GITHUB_ACTOR: 'dependabot[bot]' },
    event: { pull_request: { head: BASE, base: BASE } },
  },
  {
    what: 'a push of Dependabot',
    env: { GITHUB_EVENT_NAME: 'push', GITHUB_ACTOR: 'dependabot[bot]' },
    event: {},
  },
  {
    what: 'pull_request_target with the code of the fork',
    env: { GITHUB_EVENT_NAME: 'pull_request_target' },
    event: { pull_request: { head: FORK, base: BASE } },
  },
  {
    what: 'a pull request of a bot',
    env: { GITHUB_EVENT_NAME: 'pull_request' },
    event: { pull_request: { head: BASE, base: BASE, user: { login: 'renovate[bot]', type: 'Bot' } } },
  },
  {
    what: 'workflow_run with other code than the base',
    env: { GITHUB_EVENT_NAME: 'workflow_run' },
    event: { workflow_run: { head_repository: BASE.repo } },
  },
  {
    what: 'a merge group with another commit than its own',
    env: { GITHUB_EVENT_NAME: 'merge_group' },
    event: { merge_group: {} },
  },
  {
    what: 'an event that nobody knows',
    env: { GITHUB_EVENT_NAME: 'an_event_of_tomorrow' },
    event: {},
  },
  { what: 'an event without a name', env: { GITHUB_EVENT_NAME: '' }, event: {} },
  { what: 'a push, where the operator says so', env: { JOBIMG_UNTRUSTED: '1' }, event: {} },
  {
    what: 'issue_comment with other code than the base',
    env: { GITHUB_EVENT_NAME: 'issue_comment' },
    event: { issue: {} },
  },
];

const SPEC = `name: rights-job
run: echo "it ran with $TOKEN"
secrets: [TOKEN]
runs-on: [self-hosted, gpu-prod]
timeout: 9d
image: { base: busybox }
`;

interface Checkout extends Repository {
  readonly sha: string;
}

async function checkout(files: Files = { 'jobimg.yml': SPEC }): Promise<Checkout> {
  const repository = await repositoryWith({ files });
  const git = (...words: readonly string[]) => run('git', ['-C', repository.folder, ...words]);
  await git('init', '--quiet');
  await git('add', '.');
  await git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--message', 'first');
  return { ...repository, sha: (await git('rev-parse', 'HEAD')).stdout.trim() };
}

describe('what an event may do', () => {
  let parts: Parts;
  let repository: Checkout;

  beforeAll(async () => {
    parts = await startParts({ name: 'rights', auth: 'token', bases: ['busybox'] });
    repository = await checkout();
  });

  afterAll(async () => {
    await Promise.all([parts, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });

  async function step(
    options: Pick<StepOptions, 'env' | 'event'> & Partial<StepOptions>,
  ): Promise<{ ended: StepEnded; asked: readonly Request[] }> {
    const { host, username, password } = parts.registry;
    const before = (await readRequests(parts.registry)).length;
    const ended = await runStep({
      workspace: options.workspace ?? repository.folder,
      inputs: {
        registry: `${host}/acme/train`,
        'registry-auth': JSON.stringify([{ registry: host, username, password }]),
        'github-token': 'ghs_not_a_token',
        defaults: parts.defaults,
        ...options.inputs,
      },
      event: options.event,
      env: { ...parts.env, TOKEN: 'a-secret-of-the-base', ...options.env },
    });
    return { ended, asked: (await readRequests(parts.registry)).slice(before) };
  }

  it.each(UNTRUSTED)('$what: no login, no push, no run', async ({ env, event }) => {
    const { ended, asked } = await step({ env, event });

    expect(ended.code).toBe(0);
    expect(ended.outputs.get('status')).toBe('skipped');
    expect(ended.outputs.get('digest') ?? '').toBe('');
    expect(ended.log).toMatch(/not started: |nothing is built: /);
    expect(ended.outputs.get('trusted')).toBe('false');
    for (const name of ['runs-on', 'timeout-minutes', 'matrix'])
      expect(ended.outputs.get(name) ?? '').toBe('');
    expect([...ended.outputs.values()].join()).not.toContain('gpu-prod');
    expect(ended.log).not.toContain('a-secret-of-the-base');
    expect(asked.filter(({ method }) => !['GET', 'HEAD'].includes(method))).toEqual([]);
    expect(asked.filter(({ path }) => path.includes('acme/train'))).toEqual([]);
    expect(await containersOf('rights-job', parts.env)).toEqual([]);
  });

  it('builds nothing for them on a machine that is not thrown away', async () => {
    const { ended } = await step({
      env: { GITHUB_EVENT_NAME: 'pull_request', RUNNER_ENVIRONMENT: 'self-hosted' },
      event: { pull_request: { head: FORK, base: BASE } },
    });

    expect(ended.code).toBe(0);
    expect(ended.outputs.get('image')).toBeUndefined();
    expect(ended.log).not.toMatch(/^=> /m);
    expect(ended.log).toMatch(/another repository, mallory\/train/);
  });

  it.each([
    { what: 'a push', env: { GITHUB_EVENT_NAME: 'push' }, event: {} },
    {
      what: 'a pull request from the repository itself',
      env: { GITHUB_EVENT_NAME: 'pull_request' },
      event: { pull_request: { head: BASE, base: BASE } },
    },
    {
      what: "pull_request_target with the base's own code",
      env: { GITHUB_EVENT_NAME: 'pull_request_target' },
      event: { pull_request: { head: BASE, base: BASE } },
    },
    {
      what: 'a merge group with its own commit',
      env: { GITHUB_EVENT_NAME: 'merge_group' },
      event: { merge_group: {} },
    },
  ])('$what: everything', async ({ env, event }) => {
    await using own = await checkout();

    const { ended } = await step({
      workspace: own.folder,
      inputs: { dispatch: 'true' },
      env: { ...env, GITHUB_SHA: own.sha },
      event,
    });

    expect(ended.code).toBe(0);
    expect(ended.outputs.get('status')).toBe('success');
    expect(ended.outputs.get('digest')).toMatch(/^sha256:/);
    expect(ended.outputs.get('trusted')).toBe('true');
    expect(ended.outputs.get('runs-on')).toBe('["self-hosted","gpu-prod"]');
    expect(ended.log).toMatch(/^it ran with \*\*\*$/m);
  });

  const EVIL = SPEC.replace('it ran', 'it is evil, and ran');

  it.each<{ what: string; files: Files; folder: string; why: RegExp }>([
    {
      what: 'files of a stranger over the base',
      files: { 'jobimg.yml': EVIL },
      folder: '.',
      why: /"jobimg.yml" has different contents than in the commit/,
    },
    {
      what: 'a folder below the base',
      files: { 'pr/jobimg.yml': EVIL },
      folder: 'pr',
      why: /"pr" is not in the commit/,
    },
    {
      what: 'an artifact below the base with a HEAD of its own',
      files: { 'pr/jobimg.yml': EVIL, 'pr/.git/HEAD': 'HEAD of the base' },
      folder: 'pr',
      why: /"pr" is not in the commit/,
    },
  ])('$what: nothing, though HEAD is the commit of the event', async ({ files, folder, why }) => {
    await using own = await checkout();
    const written = Object.entries(files).map(([path, text]) => [
      path,
      text === 'HEAD of the base' ? `${own.sha}\n` : text,
    ]);
    await own.write(Object.fromEntries(written));

    const { ended, asked } = await step({
      workspace: own.folder,
      inputs: { dispatch: 'true', 'working-directory': folder },
      env: { GITHUB_EVENT_NAME: 'issue_comment', GITHUB_SHA: own.sha },
      event: { issue: {}, comment: {} },
    });

    expect(ended.code).toBe(0);
    expect(ended.outputs.get('status')).toBe('skipped');
    expect(ended.outputs.get('trusted')).toBe('false');
    expect(ended.log).toMatch(why);
    expect(ended.log).not.toContain('it is evil');
    expect(asked.filter(({ path }) => path.includes('acme/train'))).toEqual([]);
  });

  const FORKED = {
    env: { GITHUB_EVENT_NAME: 'pull_request' },
    event: { pull_request: { head: FORK, base: BASE } },
  };

  it('shows the build of a fork no login of the machine', async () => {
    // An engine that has built it before would not show what the step prints.
    const dockerfile = `FROM busybox
ENV FRESH=${randomUUID()}
RUN --mount=type=secret,id=jobimg-pip cat /run/secrets/jobimg-pip && echo "the proxy is $FTP_PROXY"
`;
    const spec = 'name: read-back\nrun: echo\nimage: { dockerfile: Dockerfile }\n';
    await using own = await checkout({ 'jobimg.yml': spec, Dockerfile: dockerfile });

    const { ended } = await step({
      workspace: own.folder,
      ...FORKED,
      env: {
        ...FORKED.env,
        PIP_INDEX_URL: 'https://ada:s3cret@pypi.example.com/simple',
        FTP_PROXY: 'http://ada:s3cret@proxy.example.com:3128',
      },
    });

    expect(ended.code).toBe(0);
    expect(ended.log).toContain('index-url = https://pypi.example.com/simple');
    expect(ended.log).toContain('the proxy is http://proxy.example.com:3128');
    expect(ended.log).not.toContain('s3cret');
  });

  it('plans for a fork without the digest of a base that is behind a login', async () => {
    const base = `${parts.registry.host}/acme/private:1`;
    await using own = await checkout({
      'jobimg.yml': `name: private\nrun: echo\nimage: { base: "${base}" }\n`,
    });

    const { ended } = await step({ workspace: own.folder, ...FORKED });

    expect(ended.code).toBe(0);
    expect(ended.log).toContain(
      `the image "${base}" requires a login, and no credentials are used for this event: the code comes from another repository, mallory/train`,
    );
    expect(ended.log).toMatch(/nothing is built: a base requires a login/);
    expect(ended.log).not.toContain('registry-auth');
  });
});

describe('the command line with the code of a stranger', () => {
  it.each([
    { what: 'by an option', words: ['--untrusted'], env: {} },
    { what: 'by a variable', words: [], env: { JOBIMG_UNTRUSTED: '1' } },
  ])('plans, and builds, pushes and runs nothing ($what)', async ({ words, env }) => {
    await using parts = await startParts({ name: 'untrusted', auth: 'token', bases: ['busybox'] });
    await using own = await checkout();
    const options = [
      '-C',
      own.folder,
      '--registry',
      `${parts.registry.host}/acme/train`,
      '--defaults',
      parts.defaults,
    ];

    const ended = await jobimg(['run', '--here', ...words, ...options], {
      env: { ...parts.env, ...env, TOKEN: 'a-secret' },
    });

    expect(ended.code).toBe(0);
    expect(ended.stderr + ended.stdout).toContain(
      'nothing is built: the caller says that the code is not trusted',
    );
    expect(ended.stderr + ended.stdout).not.toMatch(/^=> /m);
    expect(await containersOf('rights-job', parts.env)).toEqual([]);
    const asked = await readRequests(parts.registry);
    expect(asked.filter(({ path }) => path.includes('acme/train'))).toEqual([]);
  });
});
