import type { Metric } from '../types/result.ts';

/** Of what a job measured so much is kept: it comes from the container, and ends in a summary. */
export const MAX_METRICS = 100;
export const MAX_VALUES = 1_000;
export const MAX_NAME = 100;
/** Names that are not kept are told apart up to so many. */
const MAX_COUNTED = 1_000;

/** Collects numbers by name within the limits. */
export interface Metrics {
  /** Takes what is not a finite number, too: what a job measured last is not what it measured before. */
  add(name: string, value: number): void;
  all(): readonly Metric[];
  /** What was not kept, or is not a finite number in the end, in sentences. */
  remarks(): readonly string[];
}

export function createMetrics(): Metrics {
  const courses = new Map<string, Course>();
  const dropped = new Set<string>();
  const odd = new Set<string>();

  function drop(name: string): void {
    const names = isName(name) ? dropped : odd;
    if (names.size < MAX_COUNTED) names.add(name.slice(0, MAX_NAME));
  }

  return {
    add(name, value) {
      const known = courses.get(name);
      if (known !== undefined) addPoint(known, value);
      else if (courses.size < MAX_METRICS && isName(name))
        courses.set(name, { values: [value], last: value, every: 1, seen: 1 });
      else drop(name);
    },
    all: () => [...courses].map(([name, course]) => ({ name, values: valuesOf(course) })),
    remarks: () => [
      ...counted(dropped, (some) => `of its names the first ${MAX_METRICS} are kept; left out: ${some}`),
      ...counted(
        odd,
        (some) =>
          `names of more than ${MAX_NAME} characters, or with control characters, are left out: ${some}`,
      ),
    ],
  };
}

function counted(names: ReadonlySet<string>, sentence: (some: string) => string): readonly string[] {
  const [first] = names;
  if (first === undefined) return [];
  const others = names.size - 1;
  const atLeast = names.size < MAX_COUNTED ? '' : 'at least ';
  return [sentence(`${JSON.stringify(first)}${others === 0 ? '' : ` and ${atLeast}${others} more`}`)];
}

function isName(name: string): boolean {
  return name !== '' && name.length <= MAX_NAME && !/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u.test(name);
}

/** A course that grows too long keeps every second point, then every fourth, …; the last is always there. */
interface Course {
  values: number[];
  last: number;
  every: number;
  seen: number;
}

function addPoint(course: Course, value: number): void {
  course.last = value;
  if (course.seen % course.every === 0) course.values.push(value);
  course.seen++;
  if (course.values.length < MAX_VALUES) return;
  course.values = course.values.filter((_, index) => index % 2 === 0);
  course.every *= 2;
}

function valuesOf({ values, last, every, seen }: Course): readonly number[] {
  return (seen - 1) % every === 0 ? values : [...values, last];
}
