import type { Location } from '../../errors.ts';
import type { Origins } from '../../jobspec/job/job.ts';
import type { RunPlan } from './plan.ts';

/** A run, and where its spec says what it asks for; without origins nobody knows where. */
export interface WrittenRun {
  readonly run: RunPlan;
  readonly origins: Origins;
}

/** One that is only looked at, or that is about to be started. */
export interface LookedAtRun extends WrittenRun {
  /** Whether it starts on this machine, whose operator then says which places there are. */
  readonly startsHere: boolean;
}

/** The first of these paths that is written. */
export function whereWritten(
  { origins }: Pick<WrittenRun, 'origins'>,
  ...paths: readonly string[]
): Location | undefined {
  const path = paths.find((one) => origins.has(one));
  return path === undefined ? undefined : origins.get(path);
}

/** Where an option of the run's backend is written, else its place, else the backend. */
export function whereBackend(
  { origins }: Pick<WrittenRun, 'origins'>,
  name: string,
  ...options: readonly string[]
): Location | undefined {
  const paths = [...options, 'place'].map((option) => `backend.${name}.${option}`);
  return whereWritten({ origins }, ...paths, `backend.${name}`, 'backend');
}
