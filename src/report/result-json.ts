import { printReference } from '../oci/reference.ts';
import type { EnsuredImage } from '../plan/ensured-image.ts';
import type { JobPlan } from '../plan/plan.ts';
import { mostShown, outputCount, shownOutputs } from '../run/shown-outputs.ts';
import type { EndedAttempt, Metric, RunResult } from '../run/types/result.ts';
import type { Verdict } from '../run/types/verdict.ts';
import type { Result } from '../tools/result.ts';
import { findingJson } from './failed/finding-json.ts';
import { type Json, legJson, runJson, runsOnJson } from './plan-json.ts';

/**
 * The one object of `--json` and of the output `result`: everything, and no secret. Code that is not trusted does not
 * say where it runs, nor how long: a workflow could take its word for it. A short one leaves out what was started and
 * the names of outputs, where the whole is more than a runner hands on.
 */
export function resultJson(result: Result, trusted: boolean, length: 'whole' | 'short' = 'whole'): Json {
  const [first] = result.plan.jobs;
  return {
    // A job that another one has handed on names none.
    spec: first?.job.spec || null,
    format: first?.job.format ?? null,
    jobs: result.plan.jobs.map((job) => jobJson(job, result, trusted, length)),
    findings: result.findings.map(findingJson),
  };
}

function jobJson(plan: JobPlan, { images, runs }: Result, trusted: boolean, length: 'whole' | 'short'): Json {
  const { job } = plan;
  const image = images.get(job.name);
  return {
    name: job.name,
    image: image === undefined ? null : imageJson(image),
    environment: image?.environment === undefined ? null : environmentJson(image.environment),
    'runs-on': trusted ? runsOnJson(job.runsOn) : null,
    timeout: trusted ? job.timeout : null,
    runs: runs
      .filter(({ run }) => run.job === job.name)
      .map((run) => runResultJson(plan, run, length === 'short' ? undefined : mostShown(runs.length))),
  };
}

function imageJson({ reference, image, engineId, tag, made, cache, why }: EnsuredImage): Json {
  return {
    reference,
    digest: image?.digest ?? null,
    'engine-id': engineId ?? null,
    id: image?.id ?? null,
    tag: tag ?? null,
    result: made,
    cache,
    why,
  };
}

function environmentJson({ reference, tag, made }: NonNullable<EnsuredImage['environment']>): Json {
  return { reference, tag: tag ?? null, result: made };
}

/** `names`: so many of the outputs are named; undefined: it is to be short. */
function runResultJson(plan: JobPlan, result: RunResult, names: number | undefined): Json {
  const started = names === undefined ? null : runJson(plan, result.run);
  return { ...endJson(result, names ?? 0), started };
}

function endJson(result: RunResult, names: number): Readonly<Record<string, Json>> {
  const {
    run,
    earlier = [],
    verdict,
    duration,
    outputsFolder,
    metrics,
    kept,
    artifact,
    outputsArtifact,
  } = result;
  return {
    id: run.id,
    ...legJson(run),
    attempt: run.attempt,
    attempts: (run.retries ?? 0) + 1,
    'earlier-attempts': earlier.map(attemptJson),
    status: statusOf(verdict),
    reason: verdict.reason,
    'exit-code': verdict.exitCode ?? null,
    detail: verdict.detail ?? null,
    duration,
    metrics: metricsJson(metrics),
    outputs: shownOutputs(result, names),
    'output-files': outputCount(result),
    'outputs-folder': outputsFolder ?? null,
    'outputs-artifact': outputsArtifact === undefined ? null : printReference(outputsArtifact),
    kept: kept === undefined ? null : { container: kept.name, commands: kept.commands },
    artifact: artifact === undefined ? null : { ...artifact },
  };
}

function attemptJson({ run, verdict, duration }: EndedAttempt): Json {
  return { id: run, reason: verdict.reason, 'exit-code': verdict.exitCode ?? null, duration };
}

/** A run that was attached to: as much as its place tells of it. */
export function attachedJson(result: RunResult): Json {
  return { job: result.run.job, ...endJson(result, mostShown(1)) };
}

/** Name to last value: the result of a metric. JSON has no word for what is not a finite number: it is null. */
export function metricsJson(metrics: readonly Metric[]): Json {
  return Object.fromEntries(metrics.map(({ name, values }) => [name, finite(values.at(-1))]));
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** GitHub's own words for how a job ended; one that nobody waits for is running. */
export function statusOf({
  reason,
}: Pick<Verdict, 'reason'>): 'success' | 'failure' | 'cancelled' | 'running' {
  if (reason === 'succeeded') return 'success';
  if (reason === 'detached') return 'running';
  return reason === 'cancelled' ? 'cancelled' : 'failure';
}
