import type { Clock } from '../../../../io/clock.ts';
import { type Event, type Pod, startingOf } from '../../api/answers.ts';
import { oneLine } from '../one-line.ts';
import { newestOf } from './events.ts';
import { isDefinite, isFinal, isPullFailure } from './image.ts';

/** What is known of the pull that a pod waits for. */
export interface Pull {
  /** Why the last attempt failed; undefined: none has, or the next one goes on. */
  readonly failure: PullFailure | undefined;
  /** Milliseconds since the last attempt failed. */
  readonly failing: number;
  /** How often in a row the answer was definite. */
  readonly refusals: number;
}

interface PullFailure {
  readonly reason: string;
  readonly message: string;
}

/** Milliseconds after a failed attempt in which the kubelet begins the next one, or a registry may come back. */
const PATIENCE = 120_000;
/** How often a definite answer is given: the login comes right after the Job, and a mirror may lag behind. */
const REFUSALS = 3;

export function isGivenUp({ failing, failure, refusals }: Pull): boolean {
  if (failure === undefined) return false;
  return isFinal(failure.reason) || refusals >= REFUSALS || failing >= PATIENCE;
}

const BACK_OFF = 'ImagePullBackOff';

/** Attempts of one container of a pod to pull its image. */
interface Attempts {
  readonly container: string;
  /** Of the status, as it was last. */
  reason: string;
  /** The last answer, which the kubelet does not repeat while it waits to try again. */
  message: string | undefined;
  /** When the newest failure was that an event told of. */
  told: number;
  /** When the attempt began that the status says has failed. */
  failed: number;
  /** Definite answers in a row: one is told by the status, by an event, or by both at different times. */
  readonly refusals: { status: number; events: number };
  /** When the last attempt failed, by our clock. */
  since: number | undefined;
}

/**
 * Follows the attempts of the kubelet to pull an image. The status of a container goes on to say that a pull has failed
 * while the next one goes on: only events tell that, and they come late, not at all, or in the same second.
 */
export class Pulls {
  readonly #clock: Pick<Clock, 'now'>;
  #attempts = attemptsOf('');

  constructor({ clock }: { readonly clock: Pick<Clock, 'now'> }) {
    this.#clock = clock;
  }

  look(pod: Pod | undefined, events: readonly Event[]): Pull {
    const starting = startingOf(pod);
    const container = `${pod?.metadata.uid}/${starting?.name}`;
    if (this.#attempts.container !== container) this.#attempts = attemptsOf(container);
    const { reason = '', message = '' } = starting?.state?.waiting ?? {};
    const failure = this.#take({ reason, message: oneLine(message) }, events);
    const { refusals, since } = this.#attempts;
    return {
      failure,
      failing: since === undefined ? 0 : this.#clock.now() - since,
      refusals: Math.max(refusals.status, refusals.events),
    };
  }

  #take(status: PullFailure, events: readonly Event[]): PullFailure | undefined {
    const attempts = this.#attempts;
    const before = attempts.reason;
    attempts.reason = status.reason;
    if (!isPullFailure(status.reason)) return this.#goesOn();
    const begun = newestOf(events, ({ reason }) => reason === 'Pulling');
    const failed = newestOf(events, isFailedPull);
    const isNewStatus = !isPullFailure(before) || (before === BACK_OFF && status.reason !== BACK_OFF);
    const isNewEvent = failed.time > attempts.told;
    attempts.told = Math.max(attempts.told, failed.time);
    // Who comes later does not know which attempt the status is about.
    if (isNewStatus && before !== '') attempts.failed = begun.time;
    this.#count(answerOf(status, failed.event), isNewStatus, isNewEvent);
    if (begun.time > Math.max(failed.time, attempts.failed)) return this.#goesOn();
    attempts.since ??= this.#clock.now();
    return { reason: status.reason, message: attempts.message ?? status.message };
  }

  #goesOn(): undefined {
    this.#attempts.since = undefined;
  }

  #count(answer: string | undefined, isNewStatus: boolean, isNewEvent: boolean): void {
    const { refusals } = this.#attempts;
    if (isNewStatus || isNewEvent) this.#attempts.since = this.#clock.now();
    this.#attempts.message = answer ?? this.#attempts.message;
    refusals.status += isNewStatus ? 1 : 0;
    refusals.events += isNewEvent ? 1 : 0;
    if (answer !== undefined && !isDefinite(answer)) Object.assign(refusals, { status: 0, events: 0 });
  }
}

function attemptsOf(container: string): Attempts {
  const never = Number.NEGATIVE_INFINITY;
  const refusals = { status: 0, events: 0 };
  return {
    container,
    reason: '',
    message: undefined,
    told: never,
    failed: never,
    refusals,
    since: undefined,
  };
}

const FAILED_PULL = /^Failed to pull image "[^"]*": /;

function isFailedPull({ message = '', reason }: Event): boolean {
  return reason === 'Failed' && FAILED_PULL.test(message);
}

/** What was answered to the last attempt; undefined: only that it has failed is known. */
function answerOf({ message }: PullFailure, failed: Event | undefined): string | undefined {
  if (!/^(?:Back-off pulling image "[^"]*")?$/.test(message)) return message;
  return failed?.message === undefined ? undefined : oneLine(failed.message.replace(FAILED_PULL, ''));
}
