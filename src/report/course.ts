import type { Metric } from '../run/types/result.ts';

/** So many points of a course can be told apart. */
const MAX_POINTS = 40;
const BARS = '▁▂▃▄▅▆▇█';

/** What training loops call the number of the step that they are at, as the last part of `trainer/global_step`. */
const COUNTER =
  /^(?:(?:global|training|train|total|num)[_-]?)?(?:steps?|epochs?|iter(?:ation)?s?|batch(?:es)?)$/i;

/** Whether a metric counts how far the job is, and so measures nothing. */
export function isCounter({ name, values }: Metric): boolean {
  if (!COUNTER.test(name.split(/[/.]/).at(-1) ?? '')) return false;
  return values.every((value, index) => value >= (values[index - 1] ?? Number.NEGATIVE_INFINITY));
}

/** The metrics that measure something, and behind them the counters. */
export function countersLast(metrics: readonly Metric[]): readonly Metric[] {
  return [...metrics.filter((metric) => !isCounter(metric)), ...metrics.filter(isCounter)];
}

/** The course of a metric in one cell. */
export function sparkline(values: readonly number[]): string {
  const points = thin(values);
  if (points.length < 2) return '';
  const [low, high] = [Math.min(...points), Math.max(...points)];
  const level = (value: number): number =>
    high === low ? 0 : ((value - low) / (high - low)) * (BARS.length - 1);
  return points.map((value) => BARS[Math.round(level(value))]).join('');
}

/** Evenly spread points of a long course, its first and its last among them. */
export function thin(values: readonly number[]): readonly number[] {
  const finite = values.filter(Number.isFinite);
  if (finite.length <= MAX_POINTS) return finite;
  const step = (finite.length - 1) / (MAX_POINTS - 1);
  return Array.from({ length: MAX_POINTS }, (_, index) => finite[Math.round(index * step)] ?? 0);
}
