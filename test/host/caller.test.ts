import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readCaller } from '../../src/host/caller.ts';
import { INPUT_DEFAULTS } from '../../src/inputs/inputs.ts';
import type { Rights } from '../../src/plan/rights.ts';
import { readCheckout } from '../../src/source/checkout.ts';
import { git, makeFolder, put } from '../source/folder.ts';
import { PAYLOADS } from './payloads.ts';

interface Place {
  /** What the step works in. */
  readonly folder: string;
  /** `GITHUB_SHA` */
  readonly sha: string;
}

const BASE = { 'jobimg.yml': 'run: python train.py\n', 'train.py': 'print(1)\n' };
const FORKED = { 'train.py': 'import evil\n' };

function commit(folder: string, message: string): string {
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '--message', message);
  return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim();
}

function base(): Place {
  const folder = makeFolder(BASE);
  git(folder, 'init', '--quiet', '--initial-branch=main');
  return { folder, sha: commit(folder, 'base') };
}

/** The base's checkout, and the commit of a fork that was fetched into it. */
function withFork(): Place & { readonly fork: string } {
  const made = base();
  git(made.folder, 'checkout', '--quiet', '-b', 'fork');
  put(made.folder, 'train.py', FORKED['train.py']);
  const fork = commit(made.folder, 'fork');
  git(made.folder, 'checkout', '--quiet', 'main');
  return { ...made, fork };
}

/** What a workflow may have in the folder that a step works in. */
const PLACES = {
  'the base': base,
  'the commit of the fork': () => {
    const { folder, sha, fork } = withFork();
    git(folder, 'checkout', '--quiet', fork);
    return { folder, sha };
  },
  'files of the fork over the base': () => {
    const { folder, sha, fork } = withFork();
    git(folder, 'checkout', '--quiet', fork, '--', '.');
    return { folder, sha };
  },
  'a merge of the fork that is not committed': () => {
    const { folder, sha } = withFork();
    git(folder, 'merge', '--quiet', '--no-commit', '--no-ff', 'fork');
    return { folder, sha };
  },
  'a folder below the base': () => {
    const { folder, sha } = base();
    put(folder, 'pr/jobimg.yml', 'run: evil\n');
    return { folder: join(folder, 'pr'), sha };
  },
  'the fork checked out below the base': () => {
    const { folder, sha } = base();
    const fork = withFork();
    git(fork.folder, 'checkout', '--quiet', 'fork');
    cpSync(fork.folder, join(folder, 'pr'), { recursive: true });
    return { folder: join(folder, 'pr'), sha };
  },
  'the base beside the fork': () => {
    const { folder, sha } = base();
    put(folder, 'pr/train.py', 'import evil\n');
    return { folder, sha };
  },
  'an artifact with a HEAD of its own': () => {
    const { sha } = base();
    const folder = makeFolder({ ...BASE, ...FORKED });
    mkdirSync(join(folder, '.git'));
    writeFileSync(join(folder, '.git/HEAD'), `${sha}\n`);
    return { folder, sha };
  },
  'an artifact with the whole repository of the base': () => {
    const { folder, sha } = base();
    put(folder, 'train.py', 'import evil\n');
    return { folder, sha };
  },
  'an artifact below the base, with a HEAD of its own': () => {
    const { folder, sha } = base();
    put(folder, 'pr/jobimg.yml', 'run: evil\n');
    put(folder, 'pr/.git/HEAD', `${sha}\n`);
    return { folder: join(folder, 'pr'), sha };
  },
  'a folder without Git': () => ({ folder: makeFolder(BASE), sha: 'a'.repeat(40) }),
} satisfies Readonly<Record<string, () => Place>>;

interface Started {
  readonly event?: string | undefined;
  readonly actor?: string;
  readonly payload?: unknown;
  readonly hosted?: boolean;
}

async function rightsFor({ folder, sha }: Place, started: Started): Promise<Rights> {
  const { event = '', actor = 'ada', payload = {}, hosted = true } = started;
  const file = join(makeFolder(), 'event.json');
  writeFileSync(file, JSON.stringify(payload));
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: event,
    GITHUB_EVENT_PATH: file,
    GITHUB_ACTOR: actor,
    GITHUB_REPOSITORY: 'acme/train',
    GITHUB_SHA: sha,
    RUNNER_ENVIRONMENT: hosted ? 'github-hosted' : 'self-hosted',
  };
  const { rights } = await readCaller({ ...INPUT_DEFAULTS, folder }, env, readCheckout(folder));
  return rights;
}

type PlaceName = keyof typeof PLACES;
const ALL_PLACES = Object.keys(PLACES) as readonly PlaceName[];
const BASE_ALONE: readonly PlaceName[] = ['the base'];
const NOWHERE: readonly PlaceName[] = [];

/** The event, its payload, and where it is trusted. */
const TABLE: readonly (readonly [string, keyof typeof PAYLOADS, readonly PlaceName[]])[] = [
  ['push', 'push', ALL_PLACES],
  ['schedule', 'schedule', ALL_PLACES],
  ['workflow_dispatch', 'workflow_dispatch', ALL_PLACES],
  ['release', 'release', ALL_PLACES],
  ['create', 'create', ALL_PLACES],
  ...['pull_request', 'pull_request_review', 'pull_request_review_comment'].flatMap(
    (name) =>
      [
        [name, 'pull request', ALL_PLACES],
        [name, 'pull request in another case', ALL_PLACES],
        [name, 'pull request of a fork', NOWHERE],
        [name, 'pull request of a fork that is gone', NOWHERE],
        [name, 'pull request of a bot', NOWHERE],
        [name, 'nothing', NOWHERE],
      ] as const,
  ),
  ['pull_request_target', 'pull request', BASE_ALONE],
  ['pull_request_target', 'pull request of a fork', NOWHERE],
  ['pull_request_target', 'pull request of a fork that is gone', NOWHERE],
  ['workflow_run', 'workflow run', BASE_ALONE],
  ['workflow_run', 'workflow run of a fork', NOWHERE],
  ['workflow_run', 'workflow run of a fork that is gone', NOWHERE],
  ['merge_group', 'merge group', BASE_ALONE],
  ['issue_comment', 'issue comment', BASE_ALONE],
  ['issues', 'issue', BASE_ALONE],
  ['discussion', 'discussion', BASE_ALONE],
  ['discussion_comment', 'discussion comment', BASE_ALONE],
  ['repository_dispatch', 'repository dispatch', BASE_ALONE],
  ['commit_comment', 'commit comment', BASE_ALONE],
  ['check_run', 'check run', BASE_ALONE],
  ['check_suite', 'check suite', BASE_ALONE],
  ['status', 'status', BASE_ALONE],
  ['deployment', 'deployment', BASE_ALONE],
  ['deployment_status', 'deployment status', BASE_ALONE],
  ['watch', 'watch', BASE_ALONE],
  ['fork', 'fork', BASE_ALONE],
  ['gollum', 'gollum', BASE_ALONE],
  ['label', 'label', BASE_ALONE],
  ['an_event_of_tomorrow', 'nothing', BASE_ALONE],
  ['', 'nothing', BASE_ALONE],
];

describe('who is trusted, by the event and by what is checked out', () => {
  it.each(ALL_PLACES)('with %s', async (name) => {
    const place = PLACES[name]();

    const verdicts = await Promise.all(
      TABLE.map(async ([event, payload]) => {
        const { trusted } = await rightsFor(place, { event, payload: PAYLOADS[payload] });
        return [event, payload, trusted];
      }),
    );

    expect(verdicts).toEqual(TABLE.map(([event, payload, where]) => [event, payload, where.includes(name)]));
  });

  it.each([
    ['push', 'push', 'dependabot[bot]', false],
    ['pull_request', 'pull request', 'dependabot[bot]', false],
    ['issue_comment', 'issue comment', 'dependabot[bot]', false],
    ['pull_request', 'pull request', 'renovate[bot]', false],
    ['push', 'push', 'renovate[bot]', true],
  ] as const)('%s (%s) by %s: %s', async (event, payload, actor, trusted) => {
    const rights = await rightsFor(base(), { event, actor, payload: PAYLOADS[payload] });

    expect(rights.trusted).toBe(trusted);
  });

  it('says what is wrong with the checkout', async () => {
    const event = { event: 'issue_comment', payload: PAYLOADS['issue comment'] };
    const why = async (name: PlaceName): Promise<string> => (await rightsFor(PLACES[name](), event)).why;

    expect(await why('the commit of the fork')).toMatch(
      /the checkout could not be verified: it is the commit \w{40}$/,
    );
    expect(await why('files of the fork over the base')).toMatch(
      /: "train.py" has different contents than in the commit$/,
    );
    expect(await why('a folder without Git')).toMatch(/: which commit is checked out is not known$/);
  });

  it('gives code that is not trusted a build on a hosted runner, and nothing elsewhere', async () => {
    const event = { event: 'pull_request', payload: PAYLOADS['pull request of a fork'] };
    const none = { trusted: false, credentials: false, push: false, cacheExport: false, run: false };

    expect(await rightsFor(base(), event)).toMatchObject({ ...none, build: true });
    expect(await rightsFor(base(), { ...event, hosted: false })).toMatchObject({ ...none, build: false });
  });
});

describe('outside of GitHub', () => {
  async function rightsWith(untrusted: boolean, env: Readonly<Record<string, string>>): Promise<Rights> {
    const { folder } = base();
    const inputs = { ...INPUT_DEFAULTS, folder, untrusted };
    return (await readCaller(inputs, env, readCheckout(folder))).rights;
  }

  it('the command line has all rights', async () => {
    for (const no of ['', '0', 'false', 'no', ' False ']) {
      expect(await rightsWith(false, { JOBIMG_UNTRUSTED: no })).toMatchObject({ trusted: true, run: true });
    }
  });

  it('an option and a variable take them away', async () => {
    const none = {
      trusted: false,
      credentials: false,
      push: false,
      cacheExport: false,
      run: false,
      build: false,
    };
    const all = [
      rightsWith(true, {}),
      ...['1', 'true', 'yes', 'maybe'].map((yes) => rightsWith(false, { JOBIMG_UNTRUSTED: yes })),
    ];

    for (const rights of await Promise.all(all)) expect(rights).toMatchObject(none);
  });

  it('the variable counts on GitHub too, whatever the runner', async () => {
    const env = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_NAME: 'push', RUNNER_ENVIRONMENT: 'github-hosted' };

    expect(await rightsWith(false, env)).toMatchObject({ trusted: true });
    expect(await rightsWith(false, { ...env, JOBIMG_UNTRUSTED: '1' })).toMatchObject({
      trusted: false,
      build: false,
    });
  });
});

describe('what this machine shows', () => {
  it('is asked of the program that PATH has, which stands outside of the checkout', async () => {
    const folder = makeFolder();
    const said = join(folder, 'said');
    put(folder, 'nvidia-smi', { text: `#!/bin/sh\npwd > ${said}\n`, mode: 0o755 });
    const inputs = { ...INPUT_DEFAULTS, folder };
    const caller = await readCaller(inputs, { PATH: `:${folder}` }, readCheckout(folder));

    const { gpu } = await caller.machine();

    expect(gpu).toBe(true);
    expect(readFileSync(said, 'utf8')).toBe('/\n');
  });
});
