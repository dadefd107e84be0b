// What GitHub says of events.

/** As GitHub describes a pull request from a fork. */
export const FORKS = {
  pull_request: {
    number: 7,
    base: { ref: 'main', sha: 'b'.repeat(40), repo: { full_name: 'acme/train' } },
    head: { ref: 'main', sha: 'f'.repeat(40), repo: { full_name: 'eve/train', fork: true } },
  },
  repository: { full_name: 'acme/train' },
};

/** What GitHub says when the check of that pull request has ended. */
export const CHECKED = {
  workflow_run: {
    id: 5,
    event: 'pull_request',
    conclusion: 'success',
    head_branch: FORKS.pull_request.head.ref,
    head_sha: FORKS.pull_request.head.sha,
    head_repository: FORKS.pull_request.head.repo,
    pull_requests: [],
  },
  repository: FORKS.repository,
};
