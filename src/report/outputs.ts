import type { Result } from '../tools/result.ts';
import { imageOutputs } from './outputs/image.ts';
import { type ResultContext, resultText } from './outputs/result.ts';
import { runOutputs } from './outputs/run.ts';
import { NO_SECOND_JOB, secondJobOutputs } from './outputs/second-job.ts';

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
export interface OutputContext extends ResultContext {
  /** Path of the file that says what merging costs. */
  readonly cost?: string | undefined;
  /** Path of the generated Dockerfile. */
  readonly dockerfile?: string | undefined;
  readonly runUrl?: string | undefined;
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
