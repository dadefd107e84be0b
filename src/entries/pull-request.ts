import { connectPullRequests } from '../connect/github/github.ts';
import type { MergeCost } from '../cost/cost.ts';
import { UserError } from '../errors.ts';
import { keepCost } from '../host/cost-file.ts';
import type { GithubHost } from '../host/github.ts';
import { type PullRequestEvent, readPullRequestEvent } from '../host/pull-request-event.ts';
import { systemClock } from '../io/clock.ts';
import { temporaryFolder } from '../io/fs/folders.ts';
import { commentCost } from '../steps/comment/comment-cost.ts';

interface TellOptions {
  readonly comment: boolean;
  readonly token: string | undefined;
  readonly host: GithubHost;
}

/** Keeps what merging costs for a second workflow, and comments where that is asked and may be done. */
export async function tellCost(cost: MergeCost, { comment, token, host }: TellOptions): Promise<string> {
  const { env } = process;
  const event = await readPullRequestEvent(env);
  const told: MergeCost = event?.number === undefined ? cost : { ...cost, pull: event.number };
  if (comment) {
    const why = await uncommented(told, event, { token, host });
    host.info(why === undefined ? 'the comment on the pull request is up to date' : `no comment: ${why}`);
  }
  return keepCost(told, temporaryFolder(env));
}

/** Why there is no comment; undefined: there is one. The summary has the same, so nothing fails for it. */
async function uncommented(
  cost: MergeCost,
  event: PullRequestEvent | undefined,
  { token, host }: Pick<TellOptions, 'token' | 'host'>,
): Promise<string | undefined> {
  const { env } = process;
  if (event === undefined) return 'this workflow runs for no pull request';
  if (event.repository.toLowerCase() !== env['GITHUB_REPOSITORY']?.toLowerCase())
    return 'the pull request comes from a fork, whose token may not write one; a second workflow can (docs/workflows.md)';
  try {
    const pulls = await connectPullRequests({ env, host, clock: systemClock, token });
    return pulls === undefined ? 'this is not GitHub' : await commentCost(cost, event, pulls, host.hide);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const hint = error.findings[0]?.hint;
    return hint === undefined ? error.message : `${error.message}; ${hint}`;
  }
}
