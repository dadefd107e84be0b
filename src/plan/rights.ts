/** What GitHub says of the event that started a workflow. */
export interface Event {
  /** `GITHUB_EVENT_NAME` */
  readonly name: string;
  /** `GITHUB_ACTOR` */
  readonly actor: string;
  /** `GITHUB_REPOSITORY` */
  readonly repository: string;
  /** Of a pull request: where its code comes from; undefined when the payload does not say, as for a deleted fork. */
  readonly headRepository?: string | undefined;
  /** `GITHUB_SHA`: for events that run with the rights of the base, its own commit. */
  readonly sha: string;
  /** `RUNNER_ENVIRONMENT` is `github-hosted`: nothing stays on the machine. */
  readonly hosted: boolean;
}

/** What may be done with the code that is checked out. */
export interface Rights {
  readonly trusted: boolean;
  /** Whether any credential is used or handed on. */
  readonly credentials: boolean;
  readonly push: boolean;
  readonly cacheExport: boolean;
  readonly run: boolean;
  /** Whether its build steps may run on this machine. */
  readonly build: boolean;
  readonly why: string;
}

/** Their code is a pull request's: its own repository when the request was made from there. */
const OF_PULL_REQUEST: ReadonlySet<string> = new Set([
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
]);

/** They run with the rights of the base and can be started by anyone; what is checked out may be anything. */
const PRIVILEGED: ReadonlySet<string> = new Set([
  'pull_request_target',
  'workflow_run',
  'issue_comment',
  'issues',
  'discussion',
  'discussion_comment',
]);

const DEPENDABOT = 'dependabot[bot]';

/**
 * Whether code is trusted with credentials, pushes and runs. `event` is undefined off GitHub; `head` is the commit
 * that is checked out. What is not known is not trusted.
 * https://docs.github.com/en/actions/reference/security/secure-use
 */
export function rightsOf(event: Event | undefined, head: string | undefined): Rights {
  const distrust = event === undefined ? undefined : distrustOf(event, head);
  if (distrust === undefined) {
    return allRights(event === undefined ? 'started by hand' : `the event ${event.name} of this repository`);
  }
  return {
    trusted: false,
    credentials: false,
    push: false,
    cacheExport: false,
    run: false,
    build: event?.hosted === true,
    why: distrust,
  };
}

function allRights(why: string): Rights {
  return { trusted: true, credentials: true, push: true, cacheExport: true, run: true, build: true, why };
}

function distrustOf(event: Event, head: string | undefined): string | undefined {
  const { name, actor, repository, headRepository, sha } = event;
  if (actor === DEPENDABOT) return 'the event was started by Dependabot';
  if (headRepository === undefined && OF_PULL_REQUEST.has(name)) {
    return 'the repository that the pull request comes from is not known';
  }
  if (headRepository !== undefined && !isSame(headRepository, repository)) {
    return `the code comes from another repository, ${headRepository}`;
  }
  if (!PRIVILEGED.has(name)) return undefined;
  if (head === undefined)
    return `which commit is checked out is not known, in an event (${name}) that anyone can start`;
  if (head !== sha)
    return `what is checked out is not the base branch's own commit, in an event (${name}) that anyone can start`;
  return undefined;
}

/** GitHub's names have no case. */
function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
