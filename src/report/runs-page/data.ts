import type { KeptRecord } from '../../run/records/kept-run.ts';
import { endingOf, paramsOf, statusOf } from '../../run/records/kept-run.ts';
import { isCounter } from '../course.ts';

/** What the page knows of a run; the script in it reads no more. */
export interface PageRun {
  readonly run: string;
  readonly job: string;
  readonly status: string;
  readonly ending: string;
  readonly started: string;
  /** Seconds. */
  readonly duration: number | null;
  readonly params: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly courses: readonly PageCourse[];
}

export interface PageCourse {
  readonly metric: string;
  /** What `x` counts. */
  readonly counter: string;
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
}

type Course = readonly (number | null)[];

export function pageRun(run: KeptRecord): PageRun {
  const { record } = run;
  return {
    run: run.run,
    job: record?.plan.job ?? '',
    status: statusOf(run),
    ending: endingOf(run),
    started: record?.started ?? '',
    duration: record?.ended?.duration ?? null,
    params: paramsOf(run),
    metrics: record?.ended?.metrics ?? {},
    courses: coursesOf(record?.ended?.course ?? {}),
  };
}

/** Each over the counter that was written as often as it was; where there is none, over the number of the value. */
function coursesOf(course: Readonly<Record<string, Course>>): readonly PageCourse[] {
  const counters = new Map<string, readonly number[]>();
  for (const [name, values] of Object.entries(course)) {
    const numbers = values.filter((value) => value !== null);
    if (numbers.length === values.length && isCounter({ name, values: numbers })) counters.set(name, numbers);
  }
  return Object.entries(course)
    .filter(([name]) => !counters.has(name))
    .map(([metric, y]) => {
      const [counter, x] = [...counters].find(([, values]) => values.length === y.length) ?? [
        'value',
        y.map((_, index) => index + 1),
      ];
      return { metric, counter, x, y };
    });
}
