import { UserError } from '../errors.ts';
import { readCsv } from './csv.ts';
import type { Metric } from './run.ts';

/** Of what a job measured so much is kept: it comes from the container, and ends in a summary. */
const MAX_METRICS = 100;
const MAX_VALUES = 1_000;
const MAX_NAME = 100;
const MAX_DEPTH = 4;
const MAX_TEXT = 16 * 1024 * 1024;

/**
 * What a file of metrics says, by its name's ending: JSON (an object of numbers, of lists of numbers, or a list of
 * such objects), JSON lines, or CSV with a header. What is no finite number is passed over.
 */
export function parseMetrics(text: string, path: string): readonly Metric[] {
  const metrics = createMetrics();
  const bounded = text.length > MAX_TEXT ? text.slice(0, text.lastIndexOf('\n', MAX_TEXT) + 1) : text;
  if (/\.csv$/i.test(path)) readTable(bounded, metrics);
  else if (/\.(?:jsonl|ndjson)$/i.test(path)) readLines(bounded, path, metrics);
  else readJson(bounded, path, metrics);
  return metrics.all();
}

function readJson(text: string, path: string, metrics: Metrics): void {
  let value: unknown;
  try {
    value = JSON.parse(lenient(text));
  } catch (error) {
    // Several objects one after the other, under the name of one.
    if (!/^\s*\{.*\}\s*\n/.test(text)) throw unreadable(path, error);
    readLines(text, path, metrics);
    return;
  }
  addValue(metrics, '', value, 0);
}

function readLines(text: string, path: string, metrics: Metrics): void {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  for (const [index, line] of lines.entries()) {
    try {
      addValue(metrics, '', JSON.parse(lenient(line)), 0);
    } catch (error) {
      // A job that was stopped leaves half a line behind.
      if (index === 0 || index < lines.length - 1) throw unreadable(path, error);
    }
  }
}

function readTable(text: string, metrics: Metrics): void {
  const [header = [], ...rows] = readCsv(text);
  for (const row of rows) {
    for (const [column, name] of header.entries()) {
      const cell = row[column]?.trim() ?? '';
      if (cell !== '') metrics.add(name.trim(), Number(cell));
    }
  }
}

/** Python writes NaN and Infinity, which JSON does not know; inside a string the word stays readable. */
function lenient(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs, (token) =>
    token.startsWith('"') ? token : 'null',
  );
}

function addValue(metrics: Metrics, name: string, value: unknown, depth: number): void {
  if (typeof value === 'number') metrics.add(name === '' ? 'value' : name, value);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  for (const [key, item] of Object.entries(value)) {
    addValue(metrics, Array.isArray(value) ? name : join(name, key), item, depth + 1);
  }
}

function join(name: string, key: string): string {
  return name === '' ? key : `${name}.${key}`;
}

function unreadable(path: string, cause: unknown): UserError {
  return new UserError(`the metrics file "${path}" cannot be read`, {
    code: 'metrics',
    hint: 'write JSON, JSON lines (.jsonl) or CSV with a header (.csv)',
    cause,
  });
}

/** Collects numbers by name within the limits. */
export interface Metrics {
  add(name: string, value: number): void;
  all(): readonly Metric[];
}

export function createMetrics(): Metrics {
  const courses = new Map<string, Course>();
  return {
    add(name, value) {
      if (!Number.isFinite(value)) return;
      const known = courses.get(name);
      if (known !== undefined) addPoint(known, value);
      else if (courses.size < MAX_METRICS && isName(name))
        courses.set(name, { values: [value], last: value, every: 1, seen: 1 });
    },
    all: () => [...courses].map(([name, course]) => ({ name, values: valuesOf(course) })),
  };
}

function isName(name: string): boolean {
  return name !== '' && name.length <= MAX_NAME && !/[\p{Cc}\u2028\u2029]/u.test(name);
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
