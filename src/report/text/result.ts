import { printReference } from '../../oci/reference.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import type { JobPlan } from '../../plan/plan.ts';
import { attemptsText } from '../../run/attempts/told.ts';
import { outputCount, printName, shownOutputs } from '../../run/shown-outputs.ts';
import type { Metric, RunResult } from '../../run/types/result.ts';
import type { Result } from '../../tools/result.ts';
import { countersLast, isCounter, sparkline } from '../course.ts';
import { printDuration } from '../duration.ts';
import { MADE } from '../made.ts';
import { printLast } from '../number.ts';
import { printPlanned } from './planned.ts';
import { rows } from './rows.ts';

/** What a person reads at the end of a call: each job's image, how its run ended, its metrics and its outputs. */
export function printResult({ plan, images, runs, preview }: Result): readonly string[] {
  return plan.jobs.flatMap((job) => {
    const image = images.get(job.job.name);
    const results = runs.filter(({ run }) => run.job === job.job.name);
    if (image === undefined) return printPlanned(job, preview);
    const [first] = results;
    const ended = first?.run.leg === undefined ? results.flatMap(printRun) : printLegs(results);
    return [...printImage(job, image), ...ended];
  });
}

/** `ghcr.io/acme/train@sha256:… (reused: nothing changed)` */
function printImage({ job }: JobPlan, { reference, made, why }: EnsuredImage): readonly string[] {
  // Why an image of somebody else is not made goes without saying.
  const how = made === 'given' ? MADE[made] : `${MADE[made]}: ${why}`;
  return rows([
    ['job', job.name],
    ['image', `${shortId(reference)} (${how})`],
  ]);
}

/** An engine knows its images by the beginning of an ID as well; a reference in a registry is whole, to copy. */
function shortId(reference: string): string {
  return reference.startsWith('sha256:') ? reference.slice(0, 'sha256:'.length + 12) : reference;
}

export function printRun(result: RunResult): readonly string[] {
  const { verdict, duration, metrics, logFile, artifact } = result;
  const code = verdict.exitCode === undefined ? '' : `, exit code ${verdict.exitCode}`;
  const lines: [string, string][] = [['run', `${verdict.reason}${code}, ${printDuration(duration)}`]];
  if (verdict.detail !== undefined) lines.push(['', verdict.detail]);
  if (verdict.hint !== undefined) lines.push(['', `→ ${verdict.hint}`]);
  const attempts = attemptsText(result);
  if (attempts !== undefined) lines.push(['', attempts]);
  for (const metric of countersLast(metrics)) lines.push([metric.name, printMetric(metric)]);
  lines.push(...outputLines(result));
  if (logFile !== undefined) lines.push(['log', logFile]);
  if (artifact !== undefined) lines.push(['artifact', artifact.url]);
  return rows(lines);
}

function printMetric(metric: Metric): string {
  const course = isCounter(metric) ? '' : sparkline(metric.values);
  return `${printLast(metric.values)}  ${course}`.trimEnd();
}

/** So many names can be read. */
const MOST_NAMES = 20;

function outputLines(result: RunResult): readonly [string, string][] {
  const { kept, outputsArtifact, outputsFolder } = result;
  const count = outputCount(result);
  const lines: [string, string][] = [];
  if (count > 0 && outputsFolder !== undefined) {
    const names = shownOutputs(result, MOST_NAMES);
    lines.push(['outputs', outputsFolder], ...names.map((name): [string, string] => ['', printName(name)]));
    if (count > names.length) lines.push(['', `… and ${count - names.length} more`]);
  }
  if (outputsArtifact !== undefined) lines.push(['pushed', printReference(outputsArtifact)]);
  if (kept !== undefined)
    lines.push(['kept', `the container ${kept.name}, with outputs that are nowhere else`]);
  return lines;
}

/** Every leg of a matrix in one line, with the last value of each metric, and then where its outputs are. */
function printLegs(runs: readonly RunResult[]): readonly string[] {
  const lines = runs.map(({ run, verdict, duration, metrics }): [string, string] => {
    const { reason, detail, exitCode } = verdict;
    const ended = [detail === undefined ? reason : `${reason}: ${detail}`];
    if (exitCode !== undefined) ended.push(`exit code ${exitCode}`);
    const values = metrics.map(({ name, values: course }) => `${name} ${course.at(-1)}`);
    return [run.leg?.label ?? '', [...ended, printDuration(duration), ...values].join(', ')];
  });
  const folders = runs.flatMap(({ outputsFolder }) => outputsFolder ?? []);
  const kept = runs.flatMap((one) => one.kept?.name ?? []);
  const artifacts = runs.flatMap(({ artifact }) => artifact?.url ?? []);
  const pushed = runs.flatMap((one) => (one.outputsArtifact ? printReference(one.outputsArtifact) : []));
  return [
    lines,
    listed('outputs', folders),
    listed('pushed', pushed),
    listed('kept', kept),
    listed('artifacts', artifacts),
  ].flatMap(rows);
}

/** The name once, before the first. */
function listed(name: string, values: readonly string[]): readonly (readonly [string, string])[] {
  return values.map((value, index) => [index === 0 ? name : '', value]);
}
