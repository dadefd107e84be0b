import type { JobPlan } from '../plan/plan.ts';
import { timeoutMinutes } from '../plan/second-job.ts';
import { type Json, runsOnJson } from '../plan-json.ts';
import type { EnsuredImage, Result } from '../result.ts';
import { metricsJson, resultJson, statusOf } from '../result-json.ts';
import type { RunResult } from '../run/run.ts';

/** The outputs of `action.yml`, by its names. */
export const ACTION_OUTPUTS = [
  'image',
  'digest',
  'tag',
  'id',
  'environment-image',
  'cache',
  'why',
  'dockerfile',
  'runs-on',
  'timeout-minutes',
  'matrix',
  'run-id',
  'run-url',
  'status',
  'reason',
  'exit-code',
  'duration',
  'metrics',
  'outputs',
  'result',
] as const;

type OutputName = (typeof ACTION_OUTPUTS)[number];

/** Where the caller put things, and where the run can be seen. */
export interface OutputContext {
  /** Path of the generated Dockerfile. */
  readonly dockerfile?: string | undefined;
  readonly runUrl?: string | undefined;
}

/** What later steps and jobs read. Single values are of the first job; `matrix` and `result` hold all of them. */
export function outputsOf(result: Result, context: OutputContext): ReadonlyMap<OutputName, string> {
  const [job] = result.plan.jobs;
  const image = job === undefined ? undefined : result.images.get(job.job.name);
  const run = result.runs.find((one) => one.run.job === job?.job.name);
  const values: Readonly<Record<OutputName, string | undefined>> = {
    ...imageOutputs(job, image),
    ...runOutputs(run),
    dockerfile: context.dockerfile,
    'run-url': run === undefined ? undefined : context.runUrl,
    'runs-on': job?.job.runsOn === undefined ? undefined : JSON.stringify(runsOnJson(job.job.runsOn)),
    'timeout-minutes': job === undefined ? undefined : String(timeoutMinutes(job.job)),
    matrix: JSON.stringify({ include: result.plan.jobs.map((one) => matrixRow(one, result)) }),
    result: JSON.stringify(resultJson(result)),
  };
  return new Map(
    ACTION_OUTPUTS.flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

type ImageOutput = 'image' | 'digest' | 'tag' | 'id' | 'environment-image' | 'cache' | 'why';

function imageOutputs(
  job: JobPlan | undefined,
  image: EnsuredImage | undefined,
): Record<ImageOutput, string | undefined> {
  return {
    image: image?.reference,
    digest: image?.image?.digest,
    tag: image?.tag ?? (job === undefined ? undefined : tagOf(job)),
    id: image?.image?.id ?? (job === undefined ? undefined : idOf(job)),
    'environment-image': image?.environment?.reference,
    cache: image?.cache,
    why: image?.why,
  };
}

function idOf({ image }: JobPlan): string | undefined {
  if (image.kind === 'given') return undefined;
  return image.kind === 'environment' ? image.environment.id : image.id;
}

function tagOf({ image }: JobPlan): string | undefined {
  if (image.kind === 'given') return undefined;
  return image.kind === 'environment' ? image.environment.tag : image.tag;
}

type RunOutput = 'run-id' | 'status' | 'reason' | 'exit-code' | 'duration' | 'metrics' | 'outputs';

function runOutputs(run: RunResult | undefined): Record<RunOutput, string | undefined> {
  const exitCode = run?.verdict.exitCode;
  return {
    'run-id': run?.run.id,
    status: run === undefined ? 'skipped' : statusOf(run.verdict),
    reason: run?.verdict.reason,
    'exit-code': exitCode === undefined ? undefined : String(exitCode),
    duration: run === undefined ? undefined : String(Math.round(run.duration)),
    metrics: run === undefined ? undefined : JSON.stringify(metricsJson(run.metrics)),
    outputs: run?.outputsFolder,
  };
}

/** One row of `strategy: matrix: ${{ fromJSON(…) }}` for a second job that dispatches. */
function matrixRow(job: JobPlan, { images }: Result): Json {
  return {
    job: job.job.name,
    image: images.get(job.job.name)?.reference ?? null,
    'runs-on': runsOnJson(job.job.runsOn),
    'timeout-minutes': timeoutMinutes(job.job),
  };
}
