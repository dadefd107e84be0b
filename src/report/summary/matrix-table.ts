import { byJob } from '../../run/by-job.ts';
import type { RunResult } from '../../run/types/result.ts';
import { countersLast, isCounter, sparkline } from '../course.ts';
import { printLast } from '../number.ts';
import { escapeMarkdown, inlineCode, table } from './markdown.ts';

/** So many columns of metrics can be read beside the params. */
const MAX_METRICS = 8;

interface Words {
  /** How a run ended, in a few words. */
  result(run: RunResult): string;
  duration(seconds: number): string;
  artifact(artifact: RunResult['artifact']): string;
}

/** Of each job with a matrix one table: a row for each leg, with its params and the last values of its metrics. */
export function sweepSections(runs: readonly RunResult[], words: Words): readonly string[] {
  const legs = runs.filter(({ run }) => run.leg !== undefined);
  return byJob(legs, ({ run }) => run.job).map((of) => sweepSection(of, words));
}

function sweepSection(runs: readonly RunResult[], words: Words): string {
  const params = distinct(runs.flatMap(({ run }) => [...(run.leg?.values.keys() ?? [])]));
  const metrics = runs.flatMap((run) => run.metrics);
  const all = distinct(countersLast(metrics).map(({ name }) => name));
  const names = all.slice(0, MAX_METRICS);
  const course = metrics.some((metric) => metric.name === names[0] && !isCounter(metric))
    ? names[0]
    : undefined;
  const kept = runs.some(({ artifact }) => artifact !== undefined);
  const header = [
    ...params,
    'result',
    'duration',
    ...names,
    ...(course === undefined ? [] : ['trend']),
    ...(kept ? ['artifact'] : []),
    'run',
  ];
  const rows = runs.map((one) => {
    const { run, duration, metrics } = one;
    const values = (name: string) => metrics.find((metric) => metric.name === name)?.values ?? [];
    return [
      ...params.map((name) => escapeMarkdown(run.leg?.values.get(name) ?? '')),
      escapeMarkdown(words.result(one)),
      words.duration(duration),
      ...names.map((name) => escapeMarkdown(printLast(values(name)))),
      ...(course === undefined ? [] : [sparkline(values(course))]),
      ...(kept ? [words.artifact(one.artifact)] : []),
      inlineCode(run.id),
    ];
  });
  const more = all.length - names.length;
  const rest = more === 0 ? '' : `\n\n… and ${more} more metrics in the output \`metrics\``;
  const heading = `### Runs of ${escapeMarkdown(runs[0]?.run.job ?? '')}`;
  return `${heading}\n\n${table(header.map(escapeMarkdown), rows)}${rest}`;
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
