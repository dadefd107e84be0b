/**
 * Payloads as GitHub sends them, without what nobody reads:
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */

const SHA = '8d8c7b1ad5c4a31b1a1b6fbd2f2a0b1f5a3c9d10';

const ada = { login: 'ada', id: 1, type: 'User', site_admin: false };
const eve = { login: 'eve', id: 2, type: 'User', site_admin: false };

function repository(full_name: string, fork = false): Readonly<Record<string, unknown>> {
  const [login, name] = full_name.split('/');
  return {
    id: 186853002,
    name,
    full_name,
    private: false,
    fork,
    owner: { login, id: 3, type: 'Organization' },
    html_url: `https://github.com/${full_name}`,
    default_branch: 'main',
  };
}

const OWN = repository('acme/train');
const FORK = repository('eve/train', true);
const of = { repository: OWN, sender: ada };

interface Head {
  readonly repo: Readonly<Record<string, unknown>> | null;
  readonly user?: Readonly<Record<string, unknown>>;
}

function pullRequest({ repo, user = ada }: Head): Readonly<Record<string, unknown>> {
  return {
    url: 'https://api.github.com/repos/acme/train/pulls/2',
    number: 2,
    state: 'open',
    user,
    merge_commit_sha: SHA,
    head: { label: 'eve:changes', ref: 'changes', sha: SHA, user, repo },
    base: { label: 'acme:main', ref: 'main', sha: SHA, user: ada, repo: OWN },
  };
}

function workflowRun(head_repository: unknown): Readonly<Record<string, unknown>> {
  return {
    id: 289782451,
    name: 'CI',
    head_branch: 'changes',
    head_sha: SHA,
    event: 'pull_request',
    status: 'completed',
    conclusion: 'success',
    pull_requests: [],
    head_commit: { id: SHA, tree_id: SHA, message: 'change' },
    repository: OWN,
    head_repository,
  };
}

const checkSuite = {
  id: 118578147,
  head_branch: 'changes',
  head_sha: SHA,
  status: 'completed',
  pull_requests: [],
  app: { slug: 'octocoders-linter' },
};

const issue = {
  number: 2,
  title: 'a pull request',
  user: eve,
  state: 'open',
  pull_request: { url: 'https://api.github.com/repos/acme/train/pulls/2' },
};
const comment = { id: 492700400, user: eve, author_association: 'NONE', body: '/run' };
const discussion = { number: 90, title: 'How?', user: eve, author_association: 'NONE' };

/** By a name that a test shows. */
export const PAYLOADS = {
  push: { ref: 'refs/heads/main', before: SHA, after: SHA, pusher: { name: 'ada' }, commits: [], ...of },
  schedule: { schedule: '23 2 * * *', repository: OWN },
  workflow_dispatch: { inputs: null, ref: 'refs/heads/main', workflow: '.github/workflows/train.yml', ...of },
  release: { action: 'published', release: { tag_name: 'v1', target_commitish: 'main', author: ada }, ...of },
  create: { ref: 'v1', ref_type: 'tag', master_branch: 'main', pusher_type: 'user', ...of },
  'pull request': { action: 'opened', number: 2, pull_request: pullRequest({ repo: OWN }), ...of },
  'pull request in another case': {
    action: 'opened',
    number: 2,
    pull_request: pullRequest({ repo: repository('Acme/Train') }),
    ...of,
  },
  'pull request of a fork': {
    action: 'synchronize',
    number: 2,
    pull_request: pullRequest({ repo: FORK, user: eve }),
    repository: OWN,
    sender: eve,
  },
  'pull request of a fork that is gone': {
    action: 'synchronize',
    number: 2,
    pull_request: pullRequest({ repo: null, user: eve }),
    ...of,
  },
  'pull request of a bot': {
    action: 'labeled',
    number: 2,
    pull_request: pullRequest({ repo: OWN, user: { login: 'renovate[bot]', id: 4, type: 'Bot' } }),
    ...of,
  },
  'workflow run': { action: 'completed', workflow_run: workflowRun(OWN), ...of },
  'workflow run of a fork': { action: 'completed', workflow_run: workflowRun(FORK), ...of },
  'workflow run of a fork that is gone': { action: 'completed', workflow_run: workflowRun(null), ...of },
  'merge group': {
    action: 'checks_requested',
    merge_group: {
      head_sha: SHA,
      head_ref: 'refs/heads/gh-readonly-queue/main/pr-2',
      base_sha: SHA,
      base_ref: 'refs/heads/main',
      head_commit: { id: SHA, tree_id: SHA },
    },
    ...of,
  },
  'issue comment': { action: 'created', issue, comment, repository: OWN, sender: eve },
  issue: { action: 'opened', issue, repository: OWN, sender: eve },
  discussion: { action: 'created', discussion, repository: OWN, sender: eve },
  'discussion comment': { action: 'created', discussion, comment, repository: OWN, sender: eve },
  'repository dispatch': { action: 'train', branch: 'main', client_payload: { ref: SHA }, ...of },
  'commit comment': {
    action: 'created',
    comment: { ...comment, commit_id: SHA },
    repository: OWN,
    sender: eve,
  },
  'check run': {
    action: 'completed',
    check_run: {
      id: 128620228,
      head_sha: SHA,
      status: 'completed',
      check_suite: checkSuite,
      pull_requests: [],
    },
    ...of,
  },
  'check suite': { action: 'completed', check_suite: checkSuite, ...of },
  status: { sha: SHA, state: 'success', context: 'default', branches: [], ...of },
  deployment: { action: 'created', deployment: { sha: SHA, ref: 'main', environment: 'production' }, ...of },
  'deployment status': {
    action: 'created',
    deployment_status: { state: 'success' },
    deployment: { sha: SHA },
    ...of,
  },
  watch: { action: 'started', repository: OWN, sender: eve },
  fork: { forkee: FORK, repository: OWN, sender: eve },
  gollum: { pages: [{ page_name: 'Home', action: 'edited', sha: SHA }], repository: OWN, sender: eve },
  label: { action: 'created', label: { name: 'run', color: 'ff0000' }, ...of },
  nothing: {},
} satisfies Readonly<Record<string, unknown>>;
