import type { Explained } from '../explain.ts';

interface Job {
  readonly job: string;
  readonly values: readonly Explained[];
}

/** Three columns: the value's path, the value, and where it came from. */
export function printExplained(jobs: readonly Job[]): readonly string[] {
  return jobs.flatMap(({ job, values }, index) => [
    ...(index === 0 ? [] : ['']),
    ...(jobs.length === 1 ? [] : [`${job}:`]),
    ...columns(values),
  ]);
}

/** A value that is longer than this pushes its origin to the right alone. */
const WIDEST = 50;

function columns(values: readonly Explained[]): readonly string[] {
  const width = Math.max(0, ...values.map(({ path }) => path.length));
  const middle = Math.min(WIDEST, Math.max(0, ...values.map(({ value }) => value.length)));
  return values.map(({ path, value, from }) => `${path.padEnd(width)}  ${value.padEnd(middle)}  ${from}`);
}
