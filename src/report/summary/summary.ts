import { printPlatform } from '../../oci/platform.ts';
import { printReference } from '../../oci/reference.ts';
import { imagePlans } from '../../plan/images/index-image.ts';
import type { JobPlan } from '../../plan/plan.ts';
import { attemptsText } from '../../run/attempts/told.ts';
import { outputCount } from '../../run/shown-outputs.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Result } from '../../tools/result.ts';
import { countersLast, isCounter, sparkline } from '../course.ts';
import { printDuration } from '../duration.ts';
import { printLast } from '../number.ts';
import { statusOf } from '../result-json.ts';
import { costMarkdown } from './cost-table.ts';
import { courseChart } from './course-chart.ts';
import { failureSections } from './failures.ts';
import { findingTable } from './finding-table.ts';
import { imageTable, referencesSection } from './image-table.ts';
import { codeBlock, details, escapeMarkdown, inlineCode, table } from './markdown.ts';
import { sweepSections } from './matrix-table.ts';
import { joinSections } from './sections.ts';

/** The job summary: what came out in one table, the runs, their metrics, what was found; details folded. */
export function renderSummary({ plan, images, runs, findings, cost }: Result): string {
  const single = runs.filter(({ run }) => run.leg === undefined);
  const sections = [
    '## jobimg',
    imageTable(plan.jobs, images),
    cost === undefined ? undefined : `### What merging this costs\n\n${costMarkdown(cost)}`,
    single.length === 0 ? undefined : runTable(single),
    ...sweepSections(runs, {
      result: resultText,
      duration: printDuration,
      artifact: artifactLink,
    }),
    ...failureSections(runs),
    ...single.map(metricsSection),
    pushedSection(runs),
    findingTable(findings),
    referencesSection(images),
    ...plan.jobs.map(dockerfileSection),
  ];
  return joinSections(sections);
}

const SIGN = { success: '✅', failure: '❌', cancelled: '⚪', running: '🔵' } as const;

function runTable(runs: readonly RunResult[]): string {
  const isKept = runs.some(({ artifact }) => artifact !== undefined);
  const rows = runs.map((result) => [
    escapeMarkdown(result.run.job),
    `${SIGN[statusOf(result.verdict)]} ${escapeMarkdown(verdictText(result))}`,
    result.verdict.exitCode === undefined ? '' : String(result.verdict.exitCode),
    printDuration(result.duration),
    outputsText(result),
    ...(isKept ? [artifactLink(result.artifact)] : []),
    inlineCode(result.run.id),
  ]);
  const head = [
    'job',
    'result',
    'exit code',
    'duration',
    'output files',
    ...(isKept ? ['artifact'] : []),
    'run',
  ];
  return table(head, rows);
}

/** The address is the runner's own, and ends in a number. */
function artifactLink(artifact: RunResult['artifact']): string {
  return artifact === undefined ? '' : `[${escapeMarkdown(artifact.name)}](${artifact.url})`;
}

function outputsText(result: RunResult): string {
  const count = outputCount(result);
  const kept = result.kept === undefined ? [] : [`some are in ${inlineCode(result.kept.name)}`];
  return [...(count === 0 ? [] : [String(count)]), ...kept].join('; ');
}

function verdictText(result: RunResult): string {
  const { reason, detail } = result.verdict;
  const attempts = attemptsText(result);
  return `${[reason, detail].filter(Boolean).join(': ')}${attempts === undefined ? '' : ` (${attempts})`}`;
}

function resultText(result: RunResult): string {
  const { verdict } = result;
  const code =
    verdict.exitCode === undefined || verdict.exitCode === 0 ? '' : `, exit code ${verdict.exitCode}`;
  return `${SIGN[statusOf(verdict)]} ${verdictText(result)}${code}`;
}

/** So many metrics can be read. */
const MAX_METRICS = 100;

function metricsSection({ run, metrics }: RunResult): string | undefined {
  if (metrics.length === 0) return undefined;
  const shown = countersLast(metrics).slice(0, MAX_METRICS);
  const rows = shown.map((metric) => [
    escapeMarkdown(metric.name),
    escapeMarkdown(printLast(metric.values)),
    isCounter(metric) ? '' : sparkline(metric.values),
  ]);
  const more = metrics.length - shown.length;
  const rest = more === 0 ? '' : `\n\n… and ${more} more in the output \`metrics\``;
  const heading = `### Metrics of ${escapeMarkdown(run.job)}`;
  const chart = courseChart(metrics);
  return [
    heading,
    `${table(['metric', 'value', 'trend'], rows)}${rest}`,
    ...(chart === undefined ? [] : [codeBlock(chart, 'mermaid')]),
  ].join('\n\n');
}

/** A digest is copied as a whole, or not at all. */
function pushedSection(runs: readonly RunResult[]): string | undefined {
  const pulls = runs.flatMap(({ outputsArtifact }) =>
    outputsArtifact === undefined ? [] : [`jobimg pull ${printReference(outputsArtifact)}`],
  );
  return pulls.length === 0
    ? undefined
    : details('Outputs in the registry', codeBlock(pulls.join('\n'), 'sh'));
}

function dockerfileSection({ job, image }: JobPlan): string | undefined {
  if (image.kind === 'given') return undefined;
  const sections = imagePlans(image).map(({ environment: { build } }) => {
    const platform = image.kind === 'index' ? ` for ${printPlatform(build.platform)}` : '';
    return details(`Dockerfile of ${job.name}${platform}`, codeBlock(build.dockerfile, 'dockerfile'));
  });
  return sections.join('\n\n');
}
