import type { Job } from '../../jobspec/job/job.ts';

/** Minutes after which GitHub ends a job on a runner of somebody's own: https://docs.github.com/en/actions/reference/limits */
const SELF_HOSTED = 5 * 24 * 60;

/** Minutes for what is around the runs of a step: the image pulled, outputs collected and uploaded. */
const MARGIN = 30;

type TimeLimits = Pick<Job, 'timeout' | 'queueTimeout' | 'stopGrace'>;
type Run = TimeLimits & Pick<Job, 'strategy'>;

/** Minutes for a job of the workflow that runs one leg. */
export function legMinutes(job: TimeLimits): number {
  return withMargin(secondsOf(job));
}

/** Minutes for a job of the workflow that runs all of these, one after the other, and with all their legs. */
export function stepMinutes(jobs: readonly Run[]): number {
  return withMargin(jobs.reduce((sum, job) => sum + secondsOf(job) * rounds(job), 0));
}

function withMargin(seconds: number): number {
  return Math.min(SELF_HOSTED, Math.ceil(seconds / 60) + MARGIN);
}

/** A wait that the spec does not speak of is not foreseen: mostly there is none. */
function secondsOf({ timeout, queueTimeout = 0, stopGrace }: TimeLimits): number {
  return queueTimeout + timeout + stopGrace;
}

/** How many legs fit on another machine at a time is not known here: one does. */
function rounds({ strategy }: Run): number {
  return strategy === undefined ? 1 : Math.ceil(strategy.legs.length / (strategy.maxParallel ?? 1));
}
