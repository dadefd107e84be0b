import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type CheckoutFacts, readCaller } from '../../src/host/caller.ts';
import { INPUT_DEFAULTS, type Inputs } from '../../src/inputs/inputs.ts';
import type { Caller } from '../../src/tools/caller.ts';
import { makeFolder, put } from '../source/folder.ts';

const SHA = 'a'.repeat(40);
const OTHER_SHA = 'b'.repeat(40);
const CHECKOUT: CheckoutFacts = { sha: SHA, name: 'folder', differenceFrom: async () => undefined };
const GITHUB = {
  GITHUB_ACTIONS: 'true',
  GITHUB_EVENT_NAME: 'push',
  GITHUB_ACTOR: 'ada',
  GITHUB_REPOSITORY: 'acme/train',
  GITHUB_SHA: SHA,
  RUNNER_ENVIRONMENT: 'github-hosted',
};

type Variables = Readonly<Record<string, string | undefined>>;

interface Asked {
  readonly inputs?: Partial<Inputs>;
  readonly checkout?: Partial<CheckoutFacts>;
}

function callerOf(env: Variables, { inputs = {}, checkout = {} }: Asked = {}): Promise<Caller> {
  return readCaller({ ...INPUT_DEFAULTS, folder: '/', ...inputs }, env, { ...CHECKOUT, ...checkout });
}

function withPayload(env: Variables, payload: unknown): Variables {
  const file = join(makeFolder(), 'event.json');
  writeFileSync(file, JSON.stringify(payload));
  return { ...env, GITHUB_EVENT_PATH: file };
}

describe('the rights of a caller', () => {
  const pull = { ...GITHUB, GITHUB_EVENT_NAME: 'pull_request' };
  const head = (full_name: string) => ({ repo: { full_name } });

  it('are those of the event on GitHub, and of whoever started it elsewhere', async () => {
    expect((await callerOf(GITHUB)).rights.why).toBe('the event push of this repository');
    expect((await callerOf({ ...GITHUB, GITHUB_ACTIONS: 'false' })).rights.why).toBe('started by hand');
    expect((await callerOf({})).rights.why).toBe('started by hand');
  });

  it('hang on what the payload says of the code', async () => {
    const whyOf = async (env: Variables, payload: unknown): Promise<string> =>
      (await callerOf(withPayload(env, payload))).rights.why;
    const ofRun = { ...GITHUB, GITHUB_EVENT_NAME: 'workflow_run' };
    const unknown = 'the repository that the code comes from is not known';

    expect(await whyOf(pull, { pull_request: { head: head('acme/train') } })).toMatch(/of this repository$/);
    expect(await whyOf(pull, { pull_request: { head: head('eve/train') } })).toMatch(/, eve\/train$/);
    expect(await whyOf(pull, { pull_request: { head: head('acme/train'), user: { type: 'Bot' } } })).toMatch(
      /opened by a bot/,
    );
    for (const none of [null, {}, { head: {} }, { head: { repo: null } }]) {
      expect(await whyOf(pull, { pull_request: none })).toBe(unknown);
    }
    expect(await whyOf(ofRun, { workflow_run: { head_repository: { full_name: 'acme/train' } } })).toMatch(
      /^the event workflow_run of this repository$/,
    );
    expect(await whyOf(ofRun, { workflow_run: { head_repository: { full_name: 'eve/train' } } })).toMatch(
      /, eve\/train$/,
    );
    for (const none of [null, { head_repository: null }]) {
      expect(await whyOf(ofRun, { workflow_run: none })).toBe(unknown);
    }
  });

  it('are taken for no event where a payload is not what GitHub sends', async () => {
    for (const payload of [[], 'text', { pull_request: { head: { repo: { full_name: 1 } } } }]) {
      await expect(callerOf(withPayload(pull, payload))).rejects.toThrow();
    }
  });

  it('are none where the runner does not say who started what', async () => {
    const rights = async (env: Variables) => (await callerOf(env)).rights;

    expect(await rights({ GITHUB_ACTIONS: 'true' })).toMatchObject({
      trusted: false,
      build: false,
      why: expect.stringContaining('without a name'),
    });
    expect(await rights({ ...GITHUB, GITHUB_ACTOR: 'dependabot[bot]' })).toMatchObject({ trusted: false });
    expect(await rights(withPayload({ ...pull, GITHUB_REPOSITORY: '' }, {}))).toMatchObject({
      trusted: false,
    });
  });

  it('include a build of foreign code on a hosted runner alone', async () => {
    const event = withPayload(pull, { pull_request: { head: head('eve/train') } });

    expect((await callerOf(event)).rights).toMatchObject({ trusted: false, build: true });
    expect((await callerOf({ ...event, RUNNER_ENVIRONMENT: 'self-hosted' })).rights.build).toBe(false);
  });

  it.each([
    ['an input', {}, true, false],
    ['a variable', { JOBIMG_UNTRUSTED: ' Yes ' }, false, false],
    ['a variable without a meaning', { JOBIMG_UNTRUSTED: 'maybe' }, false, false],
    ['no variable', {}, false, true],
    ['an empty variable', { JOBIMG_UNTRUSTED: ' ' }, false, true],
    ['a variable that says no', { JOBIMG_UNTRUSTED: 'No' }, false, true],
    ['a variable that is 0', { JOBIMG_UNTRUSTED: '0' }, false, true],
    ['a variable that is false', { JOBIMG_UNTRUSTED: 'FALSE' }, false, true],
  ])('are taken away by %s, or not', async (_, env, untrusted, trusted) => {
    expect((await callerOf(env, { inputs: { untrusted } })).rights.trusted).toBe(trusted);
  });
});

describe('the checkout of an event that anybody can start', () => {
  const env = { ...GITHUB, GITHUB_EVENT_NAME: 'issue_comment' };

  async function whyOf(checkout: Partial<CheckoutFacts>): Promise<string> {
    return (await callerOf(env, { checkout })).rights.why;
  }

  it('has to be the commit of the event, to the last file', async () => {
    const compared: string[] = [];
    const differenceFrom = async (commit: string) => void compared.push(commit);

    expect((await callerOf(env, { checkout: { differenceFrom } })).rights.trusted).toBe(true);
    expect(compared).toEqual([SHA]);
    expect(await whyOf({ differenceFrom: async () => '"a.py" is missing' })).toMatch(/: "a.py" is missing$/);
  });

  it('is not compared where it is another commit, or nobody knows which', async () => {
    const compared: string[] = [];
    const differenceFrom = async (commit: string) => void compared.push(commit);

    expect(await whyOf({ sha: OTHER_SHA, differenceFrom })).toMatch(`: it is the commit ${OTHER_SHA}`);
    expect(await whyOf({ sha: undefined, differenceFrom })).toMatch(
      /: which commit is checked out is not known$/,
    );
    expect(compared).toEqual([]);
  });

  it('is the one of no event whose commit GitHub does not name', async () => {
    expect((await callerOf({ ...env, GITHUB_SHA: undefined })).rights.trusted).toBe(false);
  });

  it('is read for nobody else', async () => {
    const differenceFrom = () => Promise.reject(new Error('every file is read'));

    expect((await callerOf(GITHUB, { checkout: { differenceFrom } })).rights.trusted).toBe(true);
    expect((await callerOf({}, { checkout: { differenceFrom } })).rights.trusted).toBe(true);
  });
});

describe('where `auto` pushes', () => {
  const registryOf = async (env: Variables, githubToken: string | undefined) =>
    (await callerOf(env, { inputs: { githubToken } })).autoRegistry;

  it.each([
    [undefined, 'ghcr.io'],
    ['', 'ghcr.io'],
    ['https://github.com', 'ghcr.io'],
    ['https://github.acme.example', 'containers.github.acme.example'],
  ])('is the registry of the server %j', async (server, registry) => {
    const env = { GITHUB_REPOSITORY: 'Acme/Train', GITHUB_SERVER_URL: server };

    expect(await registryOf(env, 'token')).toEqual({ registry, path: 'acme/train' });
  });

  it('is nowhere without a token, or without a repository', async () => {
    expect(await registryOf({ GITHUB_REPOSITORY: 'acme/train' }, undefined)).toBeUndefined();
    expect(await registryOf({}, 'token')).toBeUndefined();
    expect(await registryOf({ GITHUB_REPOSITORY: '' }, 'token')).toBeUndefined();
  });
});

describe('whose caches a run finds', () => {
  it('is the repository, at how far its code is trusted', async () => {
    const scopeOf = async (env: Variables, asked?: Asked) => (await callerOf(env, asked)).run.scope;

    expect(await scopeOf(GITHUB)).toBe('trusted https://github.com/acme/train');
    expect(await scopeOf(GITHUB, { inputs: { untrusted: true } })).toBe(
      'untrusted https://github.com/acme/train',
    );
    expect(await scopeOf({ ...GITHUB, GITHUB_SERVER_URL: 'https://git.example.com' })).toBe(
      'trusted https://git.example.com/acme/train',
    );
    expect(await scopeOf({})).toMatch(/^trusted user \d+: folder$/);
  });
});

describe('what else is known of a caller', () => {
  it('is what the runner says', async () => {
    const env = {
      ...GITHUB,
      GITHUB_JOB: 'train',
      GITHUB_RUN_ID: '7',
      GITHUB_RUN_ATTEMPT: '2',
      GITHUB_ACTION: '__run',
      GITHUB_SHA: OTHER_SHA,
    };

    const { run, workflowJob, repositoryName, hosted } = await callerOf(env);

    expect({ workflowJob, repositoryName, hosted }).toEqual({
      workflowJob: 'train',
      repositoryName: 'train',
      hosted: true,
    });
    expect(run).toMatchObject({
      github: { runId: '7', runAttempt: '2', job: 'train', action: '__run' },
      repository: 'acme/train',
      gitSha: SHA,
      attempt: 2,
    });
    expect((await callerOf(env, { checkout: { sha: undefined } })).run.gitSha).toBe(OTHER_SHA);
    expect((await callerOf({ ...env, 'INPUT_JOB-INDEX': ' 3 ' })).run.github?.jobIndex).toBe('3');
    expect((await callerOf({ ...env, 'INPUT_JOB-INDEX': '' })).run.github?.jobIndex).toBeUndefined();
    expect((await callerOf({ GITHUB_RUN_ID: '7' })).run.github).toEqual({
      runId: '7',
      runAttempt: '1',
      job: '',
      action: '',
    });
  });

  it('is what the folder says elsewhere', async () => {
    const overrides = new Map([['timeout', '1h']]);
    const { run, workflowJob, repositoryName, hosted } = await callerOf(
      { GITHUB_REPOSITORY: '' },
      { inputs: { overrides } },
    );

    expect({ workflowJob, repositoryName, hosted }).toEqual({
      workflowJob: 'image',
      repositoryName: 'folder',
      hosted: false,
    });
    expect(run).toEqual({
      github: undefined,
      repository: undefined,
      scope: expect.stringMatching(/^trusted user \d+: folder$/),
      gitSha: SHA,
      random: expect.stringMatching(/^[0-9a-f]{16}$/),
      attempt: 1,
      overrides,
    });
  });

  it('is no variable that has no value', async () => {
    expect([...(await callerOf({ HOME: undefined, HF_TOKEN: 'mine' })).env]).toEqual([['HF_TOKEN', 'mine']]);
  });

  it('is the time in seconds, and the processors of this machine', async () => {
    const { time, cpus } = await callerOf({});

    expect(Number.isInteger(time())).toBe(true);
    expect(time()).toBeGreaterThan(1_700_000_000);
    expect(time()).toBeLessThan(100_000_000_000);
    expect(cpus).toBe(availableParallelism());
  });
});

describe('the machine of a caller', () => {
  it('is what the runner and its operator say of it', async () => {
    const env = {
      RUNNER_ENVIRONMENT: 'self-hosted',
      RUNNER_OS: 'Linux',
      RUNNER_ARCH: 'X64',
      JOBIMG_RUNNER_LABELS: ' gpu, a100 ,,big',
      PATH: makeFolder(),
    };

    expect(await (await callerOf(env)).machine()).toEqual({
      environment: 'self-hosted',
      os: 'Linux',
      arch: 'X64',
      gpu: false,
      labels: ['gpu', 'a100', 'big'],
    });
    expect((await (await callerOf({ PATH: makeFolder() })).machine()).labels).toEqual([]);
  });

  it.each([
    [0, true],
    [9, false],
  ])('has a GPU where nvidia-smi lists one: it ended with %i', async (code, gpu) => {
    const folder = makeFolder();
    const text = `#!/bin/sh\n[ "$(pwd) $*" = "/ --list-gpus" ] || exit 3\nexit ${code}\n`;
    put(folder, 'nvidia-smi', { text, mode: 0o755 });

    expect((await (await callerOf({ PATH: folder })).machine()).gpu).toBe(gpu);
  });

  it('tells nvidia-smi nothing but where programs and libraries are', async () => {
    const folder = makeFolder();
    const said = join(folder, 'said');
    put(folder, 'nvidia-smi', { text: `#!/bin/sh\n/usr/bin/env > ${said}\n`, mode: 0o755 });

    await (
      await callerOf({ PATH: `${folder}:relative`, LD_LIBRARY_PATH: '/opt/cuda', TOKEN: 'x' })
    ).machine();

    const names = readFileSync(said, 'utf8')
      .split('\n')
      .map((line) => line.split('=')[0]);
    expect(new Set(names)).toEqual(new Set(['', 'LD_LIBRARY_PATH', 'PATH', 'PWD']));
  });
});
