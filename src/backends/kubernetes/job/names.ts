import type { RunPlan } from '../../../run/types/plan.ts';

/** By these the objects of a run are found: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
export const LABEL = {
  run: 'jobimg.dev/run',
  family: 'jobimg.dev/family',
  job: 'jobimg.dev/job',
  manager: 'app.kubernetes.io/managed-by',
  /** https://kueue.sigs.k8s.io/docs/tasks/run/jobs/ */
  queue: 'kueue.x-k8s.io/queue-name',
} as const;

export const MANAGER = 'jobimg';

export const ANNOTATION = {
  /** The hash of the plan. */
  plan: 'jobimg.dev/plan',
  /** The plan without secrets, as a record has it: whoever has no record can go on with the run. */
  record: 'jobimg.dev/record',
  /** Seconds since 1970 at which nothing of it may be running any more. */
  deadline: 'jobimg.dev/deadline',
  /** Of a pod: the folder that its outputs are relative to, where that is known. */
  from: 'jobimg.dev/outputs-from',
  repository: 'jobimg.dev/repo',
  commit: 'jobimg.dev/sha',
  /** Of a pod of an Indexed Job, set by its controller. */
  index: 'batch.kubernetes.io/job-completion-index',
} as const;

export function jobName(run: Pick<RunPlan, 'id'>): string {
  return `jobimg-${run.id}`;
}

export function secretName(job: string): string {
  return `${job}-env`;
}

export function pullSecretName(job: string): string {
  return `${job}-pull`;
}

export function networkName(job: string): string {
  return `${job}-net`;
}

export const MAIN = 'main';
/** The container that minds the time limit and keeps the outputs. */
export const OUTPUTS = 'outputs';
/** The container that takes the inputs. */
export const INPUTS = 'inputs';

/** Characters that a label may have; names of jobs have others at their end. */
export function labelValue(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}
