/** Who says something about an image, and for which commit. */
export interface EvidenceCaller {
  /** `GITHUB_SERVER_URL` */
  readonly server?: string | undefined;
  /** `GITHUB_REPOSITORY` */
  readonly repository?: string | undefined;
  readonly gitSha?: string | undefined;
  readonly github?: { readonly runId: string; readonly runAttempt: string } | undefined;
  readonly hosted: boolean;
  /** The release of jobimg. */
  readonly version: string;
}

/** An identity that nobody has signed: it says what kind of machine it was. */
export function builderId({ github, hosted }: EvidenceCaller): string {
  if (github === undefined) return 'https://jobimg.dev/builder/local';
  return `https://jobimg.dev/builder/${hosted ? 'github-hosted' : 'self-hosted'}`;
}

/** The address of the workflow run; undefined off GitHub. */
export function invocationOf({ server, repository, github }: EvidenceCaller): string | undefined {
  if (github === undefined || repository === undefined) return undefined;
  return `${serverOf(server)}/${repository}/actions/runs/${github.runId}/attempts/${github.runAttempt}`;
}

/** A commit as in-toto names what something was made from; undefined where it is not known. */
export function commitResource({ server, repository, gitSha }: EvidenceCaller): object | undefined {
  if (gitSha === undefined) return undefined;
  const uri = repository === undefined ? undefined : `git+${serverOf(server)}/${repository}@${gitSha}`;
  return { ...(uri === undefined ? { name: 'commit' } : { uri }), digest: { gitCommit: gitSha } };
}

function serverOf(server: string | undefined): string {
  return server ?? 'https://github.com';
}
