import { JsonValues, numberIn } from './json-values.ts';
import type { Metrics } from './metrics.ts';
import type { MetricsFormat } from './record-lines.ts';

/** Levels of objects that a name is put together from. */
export const MAX_DEPTH = 4;

/** Each number in JSON values is of a metric that the keys around it name. */
export function createJsonMetrics(metrics: Metrics): MetricsFormat {
  let tooDeep: string | undefined;
  const values = new JsonValues((value) => take('', value, 0));

  function take(name: string, value: unknown, depth: number): void {
    const number = numberIn(value);
    if (number !== undefined) metrics.add(name === '' ? 'value' : name, number);
    else if (typeof value === 'object' && value !== null) takeAll(name, value, depth);
  }

  function takeAll(name: string, value: object, depth: number): void {
    if (depth > MAX_DEPTH) {
      tooDeep ??= name;
      return;
    }
    const isList = Array.isArray(value);
    for (const [key, item] of Object.entries(value)) take(isList ? name : join(name, key), item, depth + 1);
  }

  return {
    line: values.line.bind(values),
    end: values.end.bind(values),
    remarks() {
      if (tooDeep === undefined) return [];
      return [`values nested deeper than ${MAX_DEPTH} levels are left out: in ${JSON.stringify(tooDeep)}`];
    },
  };
}

function join(name: string, key: string): string {
  return name === '' ? key : `${name}.${key}`;
}
