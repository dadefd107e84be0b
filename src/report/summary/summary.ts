import type { Finding } from '../../errors.ts';
import { printPlatform } from '../../oci/platform.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import { identityOf, partsOf } from '../../plan/images/index-image.ts';
import type { JobPlan } from '../../plan/plan.ts';
import type { Metric, RunResult, Verdict } from '../../run/run.ts';
import { outputCount } from '../../run/shown-outputs.ts';
import type { Result } from '../../tools/result.ts';
import { printDuration } from '../duration.ts';
import { printLocation } from '../findings.ts';
import { statusOf } from '../result-json.ts';
import { failureSections } from './failures.ts';
import { codeBlock, details, escapeMarkdown, inlineCode, table } from './markdown.ts';
import { sweepSections } from './matrix-table.ts';

/** The runner drops a summary of 1 MiB and more, without a word. */
const MAX_BYTES = 900 * 1024;

/** The job summary: what came out in one table, the runs, their metrics, what was found; details folded. */
export function renderSummary({ plan, images, runs, findings }: Result): string {
  const single = runs.filter(({ run }) => run.leg === undefined);
  const sections = [
    '## jobimg',
    imageTable(plan.jobs, images),
    single.length === 0 ? undefined : runTable(single),
    ...sweepSections(runs, {
      result: resultText,
      duration: printDuration,
      course: sparkline,
      artifact: artifactLink,
    }),
    ...failureSections(runs),
    ...single.map(metricsSection),
    findings.length === 0 ? undefined : findingTable(findings),
    ...plan.jobs.map(dockerfileSection),
  ];
  return cut(sections.filter((section) => section !== undefined));
}

/** A run that failed before there was a result still says why. */
export function renderFailure(findings: readonly Finding[]): string {
  return cut(['## jobimg', findingTable(findings)]);
}

function imageTable(jobs: readonly JobPlan[], images: ReadonlyMap<string, EnsuredImage>): string {
  const rows = jobs.map((job) => imageRow(job, images.get(job.job.name)));
  return table(['job', 'image', 'tag', 'result', 'why'], rows);
}

/** How an image came about, in words. */
export const MADE = {
  given: 'used as it is',
  found: 'reused',
  pushed: 'code layer pushed',
  built: 'built',
} as const;

function imageRow({ job, image }: JobPlan, made: EnsuredImage | undefined): readonly string[] {
  const name = escapeMarkdown(job.name);
  if (made !== undefined) {
    const { reference, tag, why } = made;
    return [
      name,
      inlineCode(reference),
      tag === undefined ? '' : inlineCode(tag),
      MADE[made.made],
      escapeMarkdown(why),
    ];
  }
  const tag = image.kind === 'given' ? undefined : identityOf(image).tag;
  return [name, '', tag === undefined ? '' : inlineCode(tag), 'planned', ''];
}

const SIGN = { success: '✅', failure: '❌', cancelled: '⚪', running: '🔵' } as const;

function runTable(runs: readonly RunResult[]): string {
  const isKept = runs.some(({ artifact }) => artifact !== undefined);
  const rows = runs.map((result) => [
    escapeMarkdown(result.run.job),
    `${SIGN[statusOf(result.verdict)]} ${escapeMarkdown(verdictText(result.verdict))}`,
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

function verdictText({ reason, detail }: Verdict): string {
  return [reason, detail].filter(Boolean).join(': ');
}

function resultText({ verdict }: RunResult): string {
  const code =
    verdict.exitCode === undefined || verdict.exitCode === 0 ? '' : `, exit code ${verdict.exitCode}`;
  return `${SIGN[statusOf(verdict)]} ${verdictText(verdict)}${code}`;
}

/** So many metrics, and so many points of a course, can be read. */
const MAX_METRICS = 100;
const MAX_POINTS = 40;

function metricsSection({ run, metrics }: RunResult): string | undefined {
  if (metrics.length === 0) return undefined;
  const shown = metrics.slice(0, MAX_METRICS);
  const rows = shown.map((metric) => [
    escapeMarkdown(metric.name),
    escapeMarkdown(String(metric.values.at(-1) ?? '')),
    sparkline(metric.values),
  ]);
  const more = metrics.length - shown.length;
  const rest = more === 0 ? '' : `\n\n… and ${more} more in the output \`metrics\``;
  const heading = `### Metrics of ${escapeMarkdown(run.job)}`;
  return [heading, `${table(['metric', 'value', 'trend'], rows)}${rest}`, chart(shown)]
    .filter(Boolean)
    .join('\n\n');
}

const BARS = '▁▂▃▄▅▆▇█';

/** The course of a metric in one cell. */
export function sparkline(values: readonly number[]): string {
  const points = thin(values);
  if (points.length < 2) return '';
  const [low, high] = [Math.min(...points), Math.max(...points)];
  const level = (value: number): number =>
    high === low ? 0 : ((value - low) / (high - low)) * (BARS.length - 1);
  return points.map((value) => BARS[Math.round(level(value))]).join('');
}

/** A chart for the first metric that has a course; its name stands in quotes that it cannot leave. */
function chart(metrics: readonly Metric[]): string {
  const metric = metrics.find(
    ({ values }) => thin(values).length > 2 && thin(values).every((value) => Math.abs(value) < 1e15),
  );
  if (metric === undefined) return '';
  const points = thin(metric.values);
  const title = metric.name.replace(/[^\w .()/%-]/g, ' ');
  return codeBlock(
    `xychart-beta\n  title "${title}"\n  line [${points.map(plainNumber).join(', ')}]`,
    'mermaid',
  );
}

/** The chart's grammar knows no exponent. */
function plainNumber(value: number): string {
  return value.toFixed(Math.abs(value) >= 1000 ? 0 : 6);
}

/** Evenly spread points of a long course, its first and its last among them. */
function thin(values: readonly number[]): readonly number[] {
  const finite = values.filter(Number.isFinite);
  if (finite.length <= MAX_POINTS) return finite;
  const step = (finite.length - 1) / (MAX_POINTS - 1);
  return Array.from({ length: MAX_POINTS }, (_, index) => finite[Math.round(index * step)] ?? 0);
}

const MAX_FINDINGS = 200;

function findingTable(findings: readonly Finding[]): string {
  const rows = findings.slice(0, MAX_FINDINGS).map((finding) => {
    const place = printLocation(finding);
    const { level, message, hint } = finding;
    return [
      level,
      place === undefined ? '' : inlineCode(place),
      escapeMarkdown(message),
      escapeMarkdown(hint ?? ''),
    ];
  });
  const more = findings.length - rows.length;
  return `${table(['', 'where', 'what', 'what to do'], rows)}${more <= 0 ? '' : `\n\n… and ${more} more in the log`}`;
}

function dockerfileSection({ job, image }: JobPlan): string | undefined {
  if (image.kind === 'given') return undefined;
  const sections = partsOf(image).map(({ environment: { build } }) => {
    const platform = image.kind === 'index' ? ` for ${printPlatform(build.platform)}` : '';
    return details(`Dockerfile of ${job.name}${platform}`, codeBlock(build.dockerfile, 'dockerfile'));
  });
  return sections.join('\n\n');
}

/** Whole sections only: half a table, or half a fence, would take the rest with it. */
function cut(sections: readonly string[]): string {
  const kept: string[] = [];
  let bytes = 0;
  for (const section of sections) {
    bytes += Buffer.byteLength(section) + 2;
    if (bytes > MAX_BYTES) {
      kept.push('_The rest is left out, because the size of a summary is limited. The log has everything._');
      break;
    }
    kept.push(section);
  }
  return `${kept.join('\n\n')}\n`;
}
