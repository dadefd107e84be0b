import { keptPlan } from '../../../run/kept-plan.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import { type Device, printDevices } from './device.ts';

/** What stands on each container of ours, to find it, to know whose it is, and to take it away when it is overdue. */
export const LABEL = {
  run: 'jobimg.run',
  family: 'jobimg.family',
  plan: 'jobimg.plan',
  job: 'jobimg.job',
  /** The plan without secrets, as a record has it: whoever has no record can go on with the run. */
  record: 'jobimg.record',
  repository: 'jobimg.repo',
  /** Seconds since 1970, by the engine's clock, at which nothing of it may be running any more. */
  deadline: 'jobimg.deadline',
  /** Seconds. */
  timeout: 'jobimg.timeout',
  /** Seconds. */
  grace: 'jobimg.grace',
  /** Who made it, to know our own when the answer of the call was lost. */
  submit: 'jobimg.submit',
  /** What only the machine that made it knows: every other label may come from an image. */
  owner: 'jobimg.owner',
  /** The GPUs that nobody else gets until it has ended. */
  gpus: 'jobimg.gpus',
  /** Where it can be seen whether the process that made it is alive. */
  presence: 'jobimg.presence',
  /** On a volume: the name of the cache, or the first run whose checkpoint it is. */
  cache: 'jobimg.cache',
  checkpoint: 'jobimg.checkpoint',
  /** On a checkpoint: seconds since 1970, by the engine's clock, after which nobody comes back for it. */
  until: 'jobimg.kept-until',
  /** On what is no run: what is locked as long as it is there. */
  lock: 'jobimg.lock',
} as const;

export interface Marks {
  readonly submit: string;
  /** Milliseconds since 1970, by the engine's clock. */
  readonly now: number;
  readonly owner?: string | undefined;
  readonly presence?: string | undefined;
  readonly gpus: readonly Device[];
}

/** From making the container to its start: code is copied in between. */
const MARGIN = 60;

export function labelsOf(
  run: RunPlan,
  { submit, now, owner, presence, gpus }: Marks,
): Readonly<Record<string, string>> {
  const deadline = Math.ceil(now / 1_000) + run.timeout + run.stopGrace + MARGIN;
  return {
    ...Object.fromEntries(run.labels),
    [LABEL.run]: run.id,
    [LABEL.family]: run.family,
    [LABEL.plan]: run.hash,
    [LABEL.job]: run.job,
    [LABEL.record]: JSON.stringify(keptPlan(run)),
    [LABEL.deadline]: String(deadline),
    [LABEL.timeout]: String(run.timeout),
    [LABEL.grace]: String(run.stopGrace),
    [LABEL.submit]: submit,
    // Also when it has none: an image may have labels with our names.
    [LABEL.gpus]: printDevices(gpus),
    ...(owner === undefined ? {} : { [LABEL.owner]: owner }),
    ...(presence === undefined ? {} : { [LABEL.presence]: presence }),
  };
}

/** The number a label holds. */
export function numberIn(
  labels: Readonly<Record<string, string>> | null | undefined,
  name: string,
): number | undefined {
  const number = Number(labels?.[name] ?? Number.NaN);
  return Number.isFinite(number) ? number : undefined;
}
