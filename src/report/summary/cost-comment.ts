import type { MergeCost } from '../../cost/cost.ts';
import { sha256 } from '../../oci/digest.ts';
import { costMarkdown } from './cost-table.ts';

/** By what a comment of ours is found again: a repository may have several specs, and each has its own. */
export function commentMarker({ spec }: Pick<MergeCost, 'spec'>): string {
  return `<!-- jobimg cost ${sha256(spec).slice('sha256:'.length, 'sha256:'.length + 16)} -->`;
}

/** GitHub takes 65,536 characters. */
const LONGEST = 60_000;

export function costComment(cost: MergeCost): string {
  const marker = commentMarker(cost);
  const whole = `${marker}\n### What merging this costs\n\n${costMarkdown(cost)}\n`;
  if (whole.length <= LONGEST) return whole;
  const jobs = cost.jobs.map(({ packages: _, why: __, ...job }) => job);
  return `${marker}\n### What merging this costs\n\n${costMarkdown({ ...cost, jobs })}\n\nThe summary of the workflow has the packages.\n`;
}
