/** What GitHub says of the event that started a workflow. */
export interface Event {
  /** `GITHUB_EVENT_NAME` */
  readonly name: string;
  /** `GITHUB_ACTOR` */
  readonly actor: string;
  /** `GITHUB_REPOSITORY` */
  readonly repository: string;
  /** Where the code comes from that the event is about; undefined when the payload does not say, as for a deleted fork. */
  readonly headRepository?: string | undefined;
  /** Who opened the pull request, as GitHub has it: `User`, `Bot`. */
  readonly authorType?: string | undefined;
  /** `GITHUB_SHA`: the commit that the event itself is about. */
  readonly sha: string;
  /** `RUNNER_ENVIRONMENT` is `github-hosted`: nothing stays on the machine. */
  readonly hosted: boolean;
}

/** Whether what is checked out is the event's own commit, to the last file. */
export type CheckoutComparison =
  | { readonly kind: 'same' }
  | { readonly kind: 'different'; readonly why: string };

export interface RightsOptions {
  /** undefined off GitHub. */
  readonly event: Event | undefined;
  /** The caller says that the code is a stranger's. */
  readonly untrusted: boolean;
  /** undefined: nobody has compared them. */
  readonly checkout: CheckoutComparison | undefined;
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

/** Only who may write to the repository can start them, or say which code they are about. */
const OF_WRITERS: ReadonlySet<string> = new Set([
  'push',
  'schedule',
  'workflow_dispatch',
  'release',
  'create',
]);

/**
 * Their code is a pull request's: its own repository when the request was made from there. A review can be a
 * stranger's, but the code that it is about is not.
 */
const OF_PULL_REQUEST: ReadonlySet<string> = new Set([
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
]);

/** They say whose code they are about beside the base's own. */
const ABOUT_OTHERS: ReadonlySet<string> = new Set(['pull_request_target', 'workflow_run']);

const DEPENDABOT = 'dependabot[bot]';

/**
 * Whether trust in an event hangs on what is checked out. All events that are not named above run with rights beyond
 * those of whoever can start them, or are not known: what is checked out may be anything.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export function dependsOnCheckout({ name }: Event): boolean {
  return !OF_WRITERS.has(name) && !OF_PULL_REQUEST.has(name);
}

/**
 * Whether code is trusted with credentials, pushes and runs. What is not known is not trusted.
 * https://docs.github.com/en/actions/reference/security/secure-use
 */
export function rightsOf({ event, untrusted, checkout }: RightsOptions): Rights {
  if (untrusted) return noRights('the caller says that the code is not trusted', false);
  if (event === undefined) return allRights('started by hand');
  const distrust = distrustOf(event) ?? distrustOfCheckout(event, checkout);
  if (distrust !== undefined) return noRights(distrust, event.hosted);
  return allRights(`the event ${event.name} of this repository`);
}

function allRights(why: string): Rights {
  return { trusted: true, credentials: true, push: true, cacheExport: true, run: true, build: true, why };
}

/** Strangers' steps of a build run only on a machine that goes with the job. */
function noRights(why: string, build: boolean): Rights {
  return { trusted: false, credentials: false, push: false, cacheExport: false, run: false, build, why };
}

function distrustOf({ name, actor, repository, headRepository, authorType }: Event): string | undefined {
  if (actor === DEPENDABOT) return 'the event was started by Dependabot';
  const isPullRequest = OF_PULL_REQUEST.has(name);
  if (headRepository === undefined && (isPullRequest || ABOUT_OTHERS.has(name))) {
    return 'the repository that the code comes from is not known';
  }
  if (headRepository !== undefined && !isSame(headRepository, repository)) {
    return `the code comes from another repository, ${headRepository}`;
  }
  if (isPullRequest && (actor.endsWith('[bot]') || authorType === 'Bot')) {
    return 'the pull request was opened by a bot, and possibly reviewed by nobody';
  }
  return undefined;
}

function distrustOfCheckout(event: Event, checkout: CheckoutComparison | undefined): string | undefined {
  if (!dependsOnCheckout(event) || checkout?.kind === 'same') return undefined;
  const what = checkout === undefined ? 'it was not compared' : checkout.why;
  return `the event ${event.name || 'without a name'} is trusted only with its own commit, and the checkout could not be verified: ${what}`;
}

/** GitHub's names have no case. */
function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
