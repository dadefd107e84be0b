import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { containersOf } from './support/containers.ts';
import { type Request, readRequests } from './support/images.ts';
import { type Parts, startParts } from './support/parts.ts';
import { type Repository, repositoryWith } from './support/repository.ts';
import { runStep, type StepEnded, type StepOptions } from './support/runner.ts';

jest.setTimeout(300_000);

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
    what: 'workflow_run with other code than the base',
    env: { GITHUB_EVENT_NAME: 'workflow_run' },
    event: {},
  },
  {
    what: 'issue_comment with other code than the base',
    env: { GITHUB_EVENT_NAME: 'issue_comment' },
    event: { issue: {} },
  },
];

describe('what an event may do', () => {
  let parts: Parts;
  let repository: Repository;
  let sha: string;

  beforeAll(async () => {
    parts = await startParts({ name: 'rights', auth: 'token', bases: ['busybox'] });
    const spec =
      'name: rights-job\nrun: echo "it ran with $TOKEN"\nsecrets: [TOKEN]\nimage: { base: busybox }\n';
    repository = await repositoryWith({ files: { 'jobimg.yml': spec } });
    const git = (...words: readonly string[]) => run('git', ['-C', repository.folder, ...words]);
    await git('init', '--quiet');
    await git('add', '.');
    await git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--message', 'first');
    sha = (await git('rev-parse', 'HEAD')).stdout.trim();
  }, 300_000);

  afterAll(async () => {
    await Promise.all([parts, repository].map((one) => one?.[Symbol.asyncDispose]()));
  });

  async function step(
    options: Pick<StepOptions, 'env' | 'event'>,
  ): Promise<{ ended: StepEnded; asked: readonly Request[] }> {
    const { host, username, password } = parts.registry;
    const before = (await readRequests(parts.registry)).length;
    const ended = await runStep({
      workspace: repository.folder,
      inputs: {
        registry: `${host}/acme/train`,
        'registry-auth': JSON.stringify([{ registry: host, username, password }]),
        'github-token': 'ghs_not_a_token',
        defaults: parts.defaults,
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
    expect(ended.log).toMatch(/not started: |not built/);
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
  ])('$what: everything', async ({ env, event }) => {
    const { ended } = await step({ env: { ...env, GITHUB_SHA: sha }, event });

    expect(ended.code).toBe(0);
    expect(ended.outputs.get('status')).toBe('success');
    expect(ended.outputs.get('digest')).toMatch(/^sha256:/);
    expect(ended.log).toMatch(/^it ran with \*\*\*$/m);
  });
});
