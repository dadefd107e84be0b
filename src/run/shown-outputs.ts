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

/** Line breaks, control characters, and those that change the direction of what stands around them. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A name for a person, in one line: a job writes files whose names look like lines of ours. */
export function printName(name: string): string {
  if (name.search(UNPRINTABLE) < 0) return name;
  return JSON.stringify(name).replace(UNPRINTABLE, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`);
}

/** Names in all runs of one result together; each has some. */
const ALL_NAMES = 1_000;
const OF_ONE_RUN = 100;

/** How many names a run of so many may show in a result that others hand on: https://docs.github.com/en/actions/reference/limits */
export function mostShown(runs: number): number {
  return Math.max(5, Math.min(OF_ONE_RUN, Math.floor(ALL_NAMES / Math.max(1, runs))));
}
