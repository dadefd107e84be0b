import type { Metric } from '../../run/types/result.ts';
import { isCounter, thin } from '../course.ts';
import { printNumber } from '../number.ts';

/** A Mermaid chart of the first metric that has a course, over the job's own counter where it has one: https://mermaid.js.org/syntax/xyChart.html */
export function courseChart(metrics: readonly Metric[]): string | undefined {
  const metric = metrics.find((one) => !isCounter(one) && isCourse(thin(one.values)));
  if (metric === undefined) return undefined;
  const counter = metrics.find((one) => isCounter(one) && one.values.length === metric.values.length);
  return [
    'xychart-beta',
    `  title "${quotable(metric.name)}"`,
    ...axis(counter),
    `  line [${thin(metric.values).map(plainNumber).join(', ')}]`,
  ].join('\n');
}

/** The chart spreads its points evenly between the two ends. */
function axis(counter: Metric | undefined): readonly string[] {
  const [first, last] = [counter?.values[0], counter?.values.at(-1)];
  if (counter === undefined || first === undefined || last === undefined || first === last) return [];
  return [`  x-axis "${quotable(counter.name)}" ${plainNumber(first)} --> ${plainNumber(last)}`];
}

function isCourse(points: readonly number[]): boolean {
  return points.length > 2 && points.every((value) => Math.abs(value) < 1e15);
}

/** A name stands in quotes that it cannot leave. */
function quotable(name: string): string {
  return name.replace(/[^\w .()/%-]/g, ' ');
}

/** The chart's grammar knows no exponent. */
function plainNumber(value: number): string {
  const text = printNumber(value);
  return /e/i.test(text) ? value.toFixed(Math.abs(value) >= 1000 ? 0 : 12) : text;
}
