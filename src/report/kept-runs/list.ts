import type { KeptRecord } from '../../run/records/kept-run.ts';
import { endingOf, paramsOf, statusOf } from '../../run/records/kept-run.ts';
import { isCounter } from '../course.ts';
import { printDuration } from '../duration.ts';
import { printNumber } from '../number.ts';
import type { Json } from '../plan-json.ts';

const HEAD = ['run', 'job', 'status', 'started', 'took', 'params', 'metrics'] as const;
/** So many metrics are shown of a run in a list. */
const MOST_METRICS = 3;

/** A table for a person, the last that was started first. */
export function printKeptRuns(runs: readonly KeptRecord[]): readonly string[] {
  if (runs.length === 0) return ['there are no such runs on this machine'];
  return table([HEAD, ...runs.map(rowOf)]);
}

function rowOf(run: KeptRecord): readonly string[] {
  const { record } = run;
  return [
    run.run,
    record?.plan.job ?? '',
    endingOf(run),
    (record?.started ?? '').slice(0, 16).replace('T', ' '),
    record?.ended === undefined ? '' : printDuration(record.ended.duration),
    Object.entries(paramsOf(run))
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    shownMetrics(run)
      .slice(0, MOST_METRICS)
      .map(([name, value]) => `${name}=${metricText(value)}`)
      .join(' '),
  ];
}

/** Those that measure something first. */
function shownMetrics({ record }: KeptRecord): readonly (readonly [string, number | null])[] {
  const all = Object.entries(record?.ended?.metrics ?? {});
  const counts = ([name]: readonly [string, number | null]): boolean => isCounter({ name, values: [] });
  return [...all.filter((one) => !counts(one)), ...all.filter(counts)];
}

export function metricText(value: number | null | undefined): string {
  if (value === undefined) return '';
  return value === null ? 'not a number' : printNumber(value);
}

/** Columns of equal width, two spaces apart; each cell is one line. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.map((row) => row.map((cell) => cell.replace(/\s*\n\s*/g, ' ')));
  const widths = (cells[0] ?? []).map((_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

export function keptRunsJson(runs: readonly KeptRecord[]): Json {
  return runs.map((run) => ({
    run: run.run,
    status: statusOf(run),
    params: { ...paramsOf(run) },
    folder: run.folder ?? null,
    ...startJson(run),
    ...endJson(run),
  }));
}

function startJson({ record }: KeptRecord): { readonly [key: string]: Json } {
  return {
    job: record?.plan.job ?? null,
    leg: record?.plan.leg?.label ?? null,
    started: record?.started ?? null,
    image: record?.plan.image ?? null,
    commit: record?.commit ?? null,
    base: record?.base ?? null,
  };
}

function endJson({ record }: KeptRecord): { readonly [key: string]: Json } {
  const { ended } = record ?? {};
  return {
    reason: ended?.reason ?? null,
    'exit-code': ended?.['exit-code'] ?? null,
    ended: ended?.at ?? null,
    duration: ended?.duration ?? null,
    metrics: { ...ended?.metrics },
  };
}
