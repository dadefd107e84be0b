import type { RunResult } from './types/result.ts';

type Outputs = Pick<RunResult, 'outputs' | 'moreOutputs'>;

/** How many files were collected. */
export function outputCount({ outputs, moreOutputs = 0 }: Outputs): number {
  return outputs.length + moreOutputs;
}

/** Characters: a few long names are no less to read than many short ones. */
const LONGEST = 16_384;

/** The first names that can be shown; `outputCount` says of how many. */
export function shownOutputs({ outputs }: Outputs, most: number): readonly string[] {
  let length = 0;
  return outputs.slice(0, most).filter((name) => {
    length += name.length;
    return length <= LONGEST;
  });
}

/** Names in all runs of one result together; each has some. */
const ALL_NAMES = 1_000;
const OF_ONE_RUN = 100;

/** How many names a run of so many may show in a result that others hand on: https://docs.github.com/en/actions/reference/limits */
export function mostShown(runs: number): number {
  return Math.max(5, Math.min(OF_ONE_RUN, Math.floor(ALL_NAMES / Math.max(1, runs))));
}
