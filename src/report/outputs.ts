import { printReference } from '../oci/reference.ts';
import type { EnsuredImage } from '../plan/ensured-image.ts';
import { identityOf } from '../plan/images/index-image.ts';
import type { JobPlan } from '../plan/plan.ts';
import { legMinutes, stepMinutes } from '../run/plan/time-limit.ts';
import { decisiveRun, exitCodeOfRuns } from '../run/representative.ts';
import type { RunResult } from '../run/types/result.ts';
import type { Result } from '../tools/result.ts';
import { pendingJson } from './pending-json.ts';
import { hideIn, type Json, runsOnJson } from './plan-json.ts';
import { metricsJson, resultJson, statusOf } from './result-json.ts';

/** The outputs of `action.yml`, by its names. */
export const ACTION_OUTPUTS = [
  'image',
  'digest',
  'tag',
  'id',
  'environment-image',
  'cache',
  'why',
  'cost',
  'dockerfile',
  'trusted',
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
  'artifact-name',
  'artifact-id',
  'artifact-url',
  'outputs-artifact',
  'result',
] as const;

type OutputName = (typeof ACTION_OUTPUTS)[number];

/** Where the caller put things, and where the run can be seen. */
export interface OutputContext {
  /** Whether the code is: what it asks of a second job is told of trusted code alone. */
  readonly trusted: boolean;
  /** Path of the file that says what merging costs. */
  readonly cost?: string | undefined;
  /** Path of the generated Dockerfile. */
  readonly dockerfile?: string | undefined;
  readonly runUrl?: string | undefined;
  /** Takes secrets out of a text. */
  readonly hide?: ((text: string) => string) | undefined;
}

/**
 * What later steps and jobs read. Single values are of the first job, and of the leg that decides how its matrix ended;
 * `metrics`, `outputs` and artifacts are of all its legs, `matrix`, `result` and `timeout-minutes` of all jobs.
 */
export function outputsOf(result: Result, context: OutputContext): ReadonlyMap<OutputName, string> {
  const [job] = result.plan.jobs;
  const image = job === undefined ? undefined : result.images.get(job.job.name);
  const runs = result.runs.filter((one) => one.run.job === job?.job.name);
  const values: Readonly<Record<OutputName, string | undefined>> = {
    ...imageOutputs(job, image),
    ...runOutputs(runs),
    cost: context.cost,
    dockerfile: context.dockerfile,
    'run-url': runs.length === 0 ? undefined : context.runUrl,
    trusted: String(context.trusted),
    ...(context.trusted ? secondJobOutputs(job, result) : NO_SECOND_JOB),
    result: resultText(result, context),
  };
  return new Map(
    ACTION_OUTPUTS.flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** GitHub takes no output of 1 MiB and more: https://docs.github.com/en/actions/reference/limits */
const MAX_BYTES = 900 * 1024;

/** The whole; else without what was started; else without what another job could start. */
function resultText(result: Result, context: OutputContext): string {
  const whole = printed(result, context, 'whole');
  if (Buffer.byteLength(whole) <= MAX_BYTES) return whole;
  const short = printed(result, context, 'short');
  if (Buffer.byteLength(short) <= MAX_BYTES) return short;
  return printed(
    result,
    { ...context, pendingProblem: 'what it says is more than an output may hold' },
    'short',
  );
}

interface PrintContext extends OutputContext {
  /** Why no other job of the workflow can start what was not started here. */
  readonly pendingProblem?: string | undefined;
}

function printed(result: Result, context: PrintContext, length: 'whole' | 'short'): string {
  const { trusted, hide = String } = context;
  const json = hideIn(resultJson(result, trusted, length), hide) as Readonly<Record<string, Json>>;
  return JSON.stringify({ ...json, pending: trusted ? pendingJson(result, context) : [] });
}

type SecondJobOutput = 'runs-on' | 'timeout-minutes' | 'matrix';

/** They would choose the machine that a second job runs on, with its login and secrets. */
const NO_SECOND_JOB: Record<SecondJobOutput, undefined> = {
  'runs-on': undefined,
  'timeout-minutes': undefined,
  matrix: undefined,
};

function secondJobOutputs(
  job: JobPlan | undefined,
  result: Result,
): Record<SecondJobOutput, string | undefined> {
  return {
    'runs-on': job?.job.runsOn === undefined ? undefined : JSON.stringify(runsOnJson(job.job.runsOn)),
    'timeout-minutes':
      job === undefined ? undefined : String(stepMinutes(result.plan.jobs.map((one) => one.job))),
    matrix: JSON.stringify({ include: result.plan.jobs.flatMap((one) => matrixRows(one, result)) }),
  };
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
  return identityOf(image).id;
}

function tagOf({ image }: JobPlan): string | undefined {
  if (image.kind === 'given') return undefined;
  return identityOf(image).tag;
}

type RunOutput =
  | 'run-id'
  | 'status'
  | 'reason'
  | 'exit-code'
  | 'duration'
  | 'metrics'
  | 'outputs'
  | 'artifact-name'
  | 'artifact-id'
  | 'artifact-url'
  | 'outputs-artifact';

/** What of the outputs is about a run, or the legs of one job. */
export function runOutputs(runs: readonly RunResult[]): Record<RunOutput, string | undefined> {
  const run = decisiveRun(runs);
  const exitCode = run?.verdict.exitCode ?? exitCodeOfRuns(runs);
  return {
    'run-id': run?.run.id,
    status: run === undefined ? 'skipped' : statusOf(run.verdict),
    reason: run?.verdict.reason ?? 'skipped',
    'exit-code': String(exitCode),
    duration: run === undefined ? undefined : String(Math.round(run.duration)),
    metrics: run === undefined ? undefined : JSON.stringify(metricsOf(runs)),
    outputs: linesOf(runs, ({ outputsFolder }) => outputsFolder),
    'artifact-name': linesOf(runs, ({ artifact }) => artifact?.name),
    'artifact-id': linesOf(runs, ({ artifact }) => artifact?.id),
    'artifact-url': linesOf(runs, ({ artifact }) => artifact?.url),
    'outputs-artifact': linesOf(
      runs,
      ({ outputsArtifact }) => outputsArtifact && printReference(outputsArtifact),
    ),
  };
}

/** By the label of the leg where there is a matrix. */
function metricsOf(runs: readonly RunResult[]): Json {
  const legs = runs.flatMap(({ run, metrics }) =>
    run.leg === undefined ? [] : [[run.leg.label, metricsJson(metrics)] as const],
  );
  return legs.length === 0 ? metricsJson(runs[0]?.metrics ?? []) : Object.fromEntries(legs);
}

/** One a line, as other actions take them. */
function linesOf(
  runs: readonly RunResult[],
  pick: (run: RunResult) => string | number | undefined,
): string | undefined {
  const values = runs.flatMap((run) => pick(run) ?? []);
  return values.length === 0 ? undefined : values.join('\n');
}

/** Rows of `strategy: matrix: ${{ fromJSON(…) }}` for a second job that dispatches: one for each leg. */
function matrixRows({ job }: JobPlan, { images }: Result): readonly Json[] {
  const row = {
    job: job.name,
    image: images.get(job.name)?.reference ?? null,
    'runs-on': runsOnJson(job.runsOn),
    'timeout-minutes': legMinutes(job),
  };
  if (job.strategy === undefined) return [{ ...row, params: '' }];
  return job.strategy.legs.map(({ label, values }) => ({ ...row, leg: label, params: paramLines(values) }));
}

/** As the input `params` takes them; what it would read otherwise stands in quotes. */
function paramLines(values: ReadonlyMap<string, string>): string {
  const quoted = (text: string): string => (/^[\w.+:/@-]+$/.test(text) ? text : JSON.stringify(text));
  return [...values].map(([name, text]) => `${name}=${quoted(text)}`).join('\n');
}
