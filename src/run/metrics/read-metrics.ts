import type { Finding } from '../../errors.ts';
import type { Metric } from '../types/result.ts';
import { createJsonMetrics } from './json-metrics.ts';
import { createMetrics } from './metrics.ts';
import { createRecordLines } from './record-lines.ts';
import { createTable } from './table.ts';
import { createTextLines } from './text-lines.ts';
import { createUnread } from './unread.ts';

/** What a file of metrics says, and what of it could not be read. */
export interface MetricsRead {
  readonly metrics: readonly Metric[];
  readonly findings: readonly Finding[];
}

/** Reads a file of metrics while its bytes come: nothing of it is held but the metrics. */
export interface MetricsReader {
  push(bytes: Uint8Array): void;
  end(): MetricsRead;
}

/**
 * By the ending of the name: a table with a header (`.csv`, `.tsv`), or JSON: an object of numbers, or of lists of
 * numbers, a list of such objects, or one after the other (JSON lines).
 */
export function createMetricsReader(path: string): MetricsReader {
  const metrics = createMetrics();
  const reader = /\.[ct]sv$/i.test(path) ? createTable(metrics) : createJsonMetrics(metrics);
  const unread = createUnread();
  const records = createRecordLines(reader, unread);
  const lines = createTextLines();
  return {
    push(bytes) {
      for (const line of lines.push(bytes)) records.push(line);
    },
    end() {
      for (const line of lines.end()) records.push(line);
      records.end();
      const missed = unread.sentence();
      const told = [...(missed === undefined ? [] : [missed]), ...reader.remarks(), ...metrics.remarks()];
      return { metrics: metrics.all(), findings: findingsOf(path, metrics.all(), told) };
    },
  };
}

/** So many sentences about one file: whoever looks at these sees the others. */
const MOST_TOLD = 5;

function findingsOf(path: string, metrics: readonly Metric[], told: readonly string[]): readonly Finding[] {
  const file = `the metrics file ${JSON.stringify(path)}`;
  const warnings = told
    .slice(0, MOST_TOLD)
    .map((sentence) => warning(`${file} was not read completely: ${sentence}`, HINT));
  if (metrics.length === 0)
    return [warning(`no number was read from ${[file, ...told.slice(0, 1)].join(': ')}`, FORMATS)];
  return [...warnings, ...notFinite(file, metrics)];
}

const HINT = 'the last values are those of the lines that were read';
const FORMATS = 'write JSON, JSON lines (.jsonl), or CSV with a header (.csv)';

function warning(message: string, hint: string): Finding {
  return { level: 'warning', code: 'metrics', message, hint };
}

/** JSON has no word for them: there they are null. */
function notFinite(file: string, metrics: readonly Metric[]): readonly Finding[] {
  const names = metrics.filter(({ values }) => !Number.isFinite(values.at(-1))).map(({ name }) => name);
  const [first, ...others] = names;
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const message = `the last value of ${JSON.stringify(first)}${more} in ${file} is not a finite number: in JSON it is null`;
  return [{ level: 'notice', code: 'metrics', message }];
}
