import posix from 'node:path/posix';
import type { Finding } from '../../errors.ts';
import type { MetricsSource } from '../../jobspec/job/job.ts';
import { outputName } from '../records/output-name.ts';

const MOST_SHOWN = 3;

/** The first of the files that may hold metrics, of those that were collected. */
export function metricsFile(
  sources: readonly MetricsSource[],
  collected: readonly string[],
): string | undefined {
  return pathsOf(sources)
    .map(outputName)
    .find((path) => collected.includes(path));
}

/** What is to be said of a file that the spec names and that was not collected; where it is only looked for, nothing. */
export function missingFile(
  sources: readonly MetricsSource[],
  collected: readonly string[],
  succeeded: boolean,
): readonly Finding[] {
  const [path, ...others] = pathsOf(sources);
  if (path === undefined || others.length > 0) return [];
  const similar = similarTo(path, collected);
  const shown = similar.slice(0, MOST_SHOWN).map((name) => JSON.stringify(name));
  const more = similar.length > MOST_SHOWN ? ` and ${similar.length - MOST_SHOWN} more` : '';
  const there = shown.length === 0 ? 'no similar file came back' : `there are ${shown.join(', ')}${more}`;
  const message = `the job left no metrics file ${JSON.stringify(path)}`;
  // A run that failed has its own reason, and mostly this is a part of it.
  if (!succeeded) return [{ level: 'notice', code: 'metrics', message }];
  const hint = `${there}; \`metrics\` is relative to the folder that the job starts in`;
  return [{ level: 'warning', code: 'metrics', message, hint }];
}

function pathsOf(sources: readonly MetricsSource[]): readonly string[] {
  return sources.flatMap((source) => ('path' in source ? [posix.normalize(source.path)] : []));
}

/** Files below it when it is a folder, those of its name, then those that could hold metrics. */
function similarTo(path: string, collected: readonly string[]): readonly string[] {
  const folder = path.endsWith('/') ? path : `${path}/`;
  const below = collected.filter((one) => one.startsWith(folder));
  const namesakes = collected.filter((one) => stemOf(one) === stemOf(path));
  const readable = collected.filter((one) => /\.(?:csv|tsv|json|jsonl|ndjson)$/i.test(one));
  return [...new Set([...below, ...namesakes, ...readable])];
}

function stemOf(path: string): string {
  return posix.parse(path).name.toLowerCase();
}
