import { GITHUB } from './github-options.ts';
import type { BackendRow } from './row.ts';

const OPERATORS =
  'which servers and tokens there are is the operator\'s to say: "github" in the defaults file of the machine';

/** Workflow runs are kept for 90 days by default: https://docs.github.com/en/organizations/managing-organization-settings */
const QUARTER = 90 * 24 * 3_600;

/** A workflow of another repository, which has runners that this one has not. */
export const GITHUB_ROW: BackendRow = {
  description: 'Workflow of another repository on GitHub',
  options: GITHUB,
  hints: {
    repo: 'write "repository"',
    fleet: 'write "place"',
    name: 'write "place"',
    branch: 'write "ref"',
    'runs-on': 'the workflow of the other repository says where it runs',
    labels: 'the workflow of the other repository says where it runs',
    token: OPERATORS,
    'token-env': OPERATORS,
    api: OPERATORS,
    host: OPERATORS,
    server: OPERATORS,
    inputs: 'the workflow gets the plan of the run, and nothing else',
  },
  capabilities: {
    registry: 'required',
    platforms: undefined,
    claims: false,
    queue: true,
    nodes: false,
    outlives: true,
    keepsOutputs: QUARTER,
    ownSecrets: true,
  },
  stopCommand: ({ native: { id, repository = 'owner/name' } }) =>
    id === undefined
      ? `gh run list --repo ${repository} --event workflow_dispatch`
      : `gh run cancel ${id} --repo ${repository}`,
};
