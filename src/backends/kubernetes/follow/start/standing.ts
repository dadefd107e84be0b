import type { Clock } from '../../../../io/clock.ts';
import { type Event, type Job, type Pod, startingOf } from '../../api/answers.ts';
import { isQuota, refusalIn } from './refused-pod.ts';
import { isUnmade } from './unmade-container.ts';

/** Milliseconds in which what may pass does. */
const PATIENCE = 120_000;

/** What keeps a run from its start and may pass, as a name of it; undefined: there is nothing, or it is a wait. */
export function troubleOf(
  job: Job | undefined,
  pod: Pod | undefined,
  events: readonly Event[],
): string | undefined {
  if (pod !== undefined) return isUnmade(startingOf(pod)) ? `container of ${pod.metadata.uid}` : undefined;
  if (job?.spec.suspend === true) return undefined;
  const refusal = refusalIn(events);
  return refusal === undefined || isQuota(refusal) ? undefined : 'pod';
}

/** Whether nobody waits any longer for what may pass. */
export function stoodTooLong(standing: number): boolean {
  return standing >= PATIENCE;
}

/** For how long something stands, by our clock. */
export class Standing {
  readonly #clock: Pick<Clock, 'now'>;
  #trouble: string | undefined;
  #since = 0;

  constructor({ clock }: { readonly clock: Pick<Clock, 'now'> }) {
    this.#clock = clock;
  }

  /** In milliseconds, from when it was seen first. */
  of(trouble: string | undefined): number {
    if (trouble !== this.#trouble) this.#since = this.#clock.now();
    this.#trouble = trouble;
    return trouble === undefined ? 0 : this.#clock.now() - this.#since;
  }
}
