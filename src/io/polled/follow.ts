import { messageOf } from '../../errors.ts';
import type { RunEvent } from '../../run/types/event.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { Verdict } from '../../run/types/verdict.ts';
import type { Clock } from '../clock.ts';
import { isPassing } from './passing.ts';
import type { Poll, PolledPlace, Standing } from './place.ts';

export interface Following {
  readonly handle: Handle;
  /** When it comes the run is stopped. */
  readonly signal: AbortSignal;
  /** When it comes the run is left to whoever follows it next. */
  readonly leaving: AbortSignal | undefined;
  /** Seconds. */
  readonly grace: number;
  /** Seconds that it may wait from now on, and whenever it waits again; undefined: as long as it must. */
  readonly queueTimeout: number | undefined;
}

/** Where the log was read to, in a handle. */
export const LOGGED = 'logged';

/** Milliseconds without an answer after which nobody knows how the run stands. */
const PATIENCE = 600_000;
/** Milliseconds between two answers while there is a log to read. */
const AT_ONCE = 0;
/** The first answers come in quick succession: most runs that fail do so at once. */
const FIRST = 200;

/** What is known of a run between two answers. */
class Follower {
  readonly #following: Following;
  readonly #place: PolledPlace;
  readonly #clock: Clock;
  /** Since when it waits: it may wait again after it ran. */
  #waits: number;
  #cursor: string | undefined;
  #told = '';
  #hasStarted = false;
  #isStopping = false;
  #isTooLate = false;
  #heard: number;
  #lastError = '';
  #pause = FIRST;

  constructor(following: Following, place: PolledPlace, clock: Clock) {
    this.#following = following;
    this.#place = place;
    this.#clock = clock;
    this.#waits = clock.now();
    this.#heard = clock.now();
    this.#cursor = following.handle.native[LOGGED];
  }

  async *events(): AsyncGenerator<RunEvent> {
    for (;;) {
      await this.#stopWhenAsked();
      const poll = await this.#ask();
      if (poll !== undefined) yield* this.#tell(poll);
      const end = await this.#endAfter(poll);
      if (end !== undefined) return yield end;
      if (this.#following.leaving?.aborted) return yield this.#left();
      await this.#wait(poll);
    }
  }

  async #endAfter(poll: Poll | undefined): Promise<RunEvent | undefined> {
    if (poll !== undefined) return await this.#endOf(poll);
    return this.#isLost() ? { type: 'end', verdict: this.#lostContact() } : undefined;
  }

  async #stopWhenAsked(): Promise<void> {
    const { grace, handle, signal } = this.#following;
    if (!signal.aborted || this.#isStopping) return;
    this.#isStopping = await this.#isAsked(handle, grace);
  }

  /** Whether the place has heard that the run is to end; if not, it is asked again. */
  async #isAsked(handle: Handle, grace: number): Promise<boolean> {
    try {
      await this.#place.requestStop(handle, grace);
      return true;
    } catch (error) {
      this.#note(error);
      return false;
    }
  }

  /** What is no answer is asked for again; anything else ends the following. */
  #note(error: unknown): undefined {
    if (!isPassing(error)) throw error;
    this.#lastError = messageOf(error);
  }

  /** undefined: no answer this time. */
  async #ask(): Promise<Poll | undefined> {
    try {
      const poll = await this.#place.poll(this.#following.handle, this.#cursor);
      this.#heard = this.#clock.now();
      this.#cursor = poll.cursor;
      return poll;
    } catch (error) {
      return this.#note(error);
    }
  }

  *#tell({ log, standing }: Poll): Generator<RunEvent> {
    if ((standing.state === 'queued' || standing.state === 'pulling') && standing.detail !== this.#told) {
      this.#told = standing.detail;
      yield { type: 'state', state: standing.state, detail: standing.detail };
    }
    if (!this.#hasStarted && (standing.state === 'running' || log.length > 0)) {
      this.#hasStarted = true;
      yield { type: 'state', state: 'started' };
    }
    if (log.length > 0) yield { type: 'log', stream: 'stdout', bytes: log };
  }

  async #endOf({ log, standing }: Poll): Promise<RunEvent | undefined> {
    if (standing.state === 'queued') return await this.#endOfWait(standing);
    if (standing.state === 'running') this.#waits = this.#clock.now();
    if (standing.state === 'absent')
      return { type: 'end', verdict: { reason: 'cancelled', detail: 'it is not there any more' } };
    if (standing.state !== 'ended' || log.length > 0) return undefined;
    const { duration, verdict } = standing;
    if (this.#isTooLate) return { type: 'end', verdict: this.#waitedTooLong() };
    return { type: 'end', verdict: this.#isStopping ? asStopped(verdict) : verdict, duration };
  }

  async #endOfWait({ never }: Extract<Standing, { state: 'queued' }>): Promise<RunEvent | undefined> {
    const { handle, queueTimeout } = this.#following;
    const isLate = queueTimeout !== undefined && this.#clock.now() - this.#waits > queueTimeout * 1_000;
    if (this.#isStopping || (never === undefined && !isLate)) return undefined;
    if (!(await this.#isAsked(handle, 0))) return undefined;
    if (never !== undefined) return { type: 'end', verdict: never };
    // It may have been started in this very moment, and is followed to its end then.
    this.#isTooLate = true;
    this.#isStopping = true;
    return undefined;
  }

  #waitedTooLong(): Verdict {
    return {
      reason: 'queue-timeout',
      detail: `it was not started within ${this.#following.queueTimeout} s: ${this.#told}`,
      hint: 'raise "queue-timeout" in the spec, or ask for less',
    };
  }

  #isLost(): boolean {
    return this.#clock.now() - this.#heard > PATIENCE;
  }

  #lostContact(): Verdict {
    return {
      reason: 'lost-contact',
      detail: this.#lastError,
      hint: `it is left alone; see how it does with: ${this.#place.watchCommand(this.#following.handle)}`,
    };
  }

  #left(): RunEvent {
    return {
      type: 'left',
      verdict: { reason: 'cancelled', detail: 'it goes on; its outputs are collected when it has ended' },
      native: this.#cursor === undefined ? {} : { [LOGGED]: this.#cursor },
    };
  }

  /** Whoever asks for the end of the run, or leaves, waits for no answer. */
  async #wait(poll: Poll | undefined): Promise<void> {
    if (poll !== undefined && poll.log.length > 0) this.#pause = AT_ONCE;
    else this.#pause = Math.min(this.#place.every, Math.max(FIRST, this.#pause * 1.5));
    const { leaving, signal } = this.#following;
    const wakes = [leaving, signal].filter((one) => one?.aborted === false);
    await this.#clock
      .sleep(this.#pause, AbortSignal.any(wakes.filter((one) => one !== undefined)))
      .catch(ignoreAbort);
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}

/** We were asked to stop it, and whatever it made of that, it was cancelled; a limit that came first stays one. */
function asStopped(verdict: Verdict): Verdict {
  if (verdict.reason === 'timeout') return verdict;
  const { exitCode } = verdict;
  return { reason: 'cancelled', exitCode };
}

/** Follows a run of a place that has to be asked. The end of its log is never taken for its own. */
export function followPolled(
  following: Following,
  place: PolledPlace,
  clock: Clock,
): AsyncGenerator<RunEvent> {
  return new Follower(following, place, clock).events();
}
