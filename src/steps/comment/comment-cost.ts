import type { MergeCost } from '../../cost/cost.ts';
import { commentMarker, costComment } from '../../report/summary/cost-comment.ts';
import type { PullRequests } from '../../tools/pull-requests/pull-requests.ts';

/** The commit that the cost was worked out for, by the event and by nobody else. */
export interface CostedHead {
  readonly sha: string;
  /** `owner/name` */
  readonly repository: string;
}

/**
 * Says on its pull request what merging it costs, in one comment that is written over. What is not about the commit
 * that the pull request has now is not said; undefined: it was said.
 */
export async function commentCost(
  cost: MergeCost,
  head: CostedHead,
  pulls: PullRequests,
  hide: (text: string) => string = String,
): Promise<string | undefined> {
  if (cost.pull === undefined) return 'it is about no pull request';
  const pull = await pulls.find(cost.pull);
  if (pull === undefined) return `there is no pull request ${cost.pull}`;
  if (!pull.isOpen) return `the pull request ${cost.pull} is closed`;
  // A stranger chooses the number, and GitHub alone says what is there.
  const isSame = pull.headRepository?.toLowerCase() === head.repository.toLowerCase();
  if (!isSame || pull.headSha !== head.sha)
    return `the pull request ${cost.pull} has another commit than the one that was checked`;
  await put(cost.pull, commentMarker(cost), hide(costComment(cost)), pulls);
  return undefined;
}

/** Anybody may write a comment that looks like ours: only a program's is written over. */
async function put(number: number, marker: string, body: string, pulls: PullRequests): Promise<void> {
  for await (const comment of pulls.comments(number)) {
    if (!comment.byBot || !comment.body.startsWith(marker)) continue;
    if (comment.body.trim() !== body.trim()) await pulls.replaceComment(comment.id, body);
    return;
  }
  await pulls.addComment(number, body);
}
