import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../io/clock.ts';
import { CallError, type Repeat, repeatable } from '../../../io/http/retry.ts';

/** Milliseconds after an outage in which an API server may not know its own roles and accounts yet. */
const COMING_BACK = 60_000;

/** What is known of an API server that goes away and comes back, from the calls to it. */
export class Outages {
  readonly #clock: Clock;
  #hasAnswered = false;
  /** When it was away last, by our clock. */
  #last: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** An answer has begun; it may break off. */
  seen(response: IncomingMessage, signal: AbortSignal | undefined): IncomingMessage {
    const { statusCode = 0 } = response;
    if (statusCode < 400) this.#hasAnswered = true;
    if (statusCode >= 500) this.#away();
    response.once('error', () => {
      if (!signal?.aborted) this.#away();
    });
    return response;
  }

  /** One that has answered before is no mistake in an address: it is tried for as long as any other failure. */
  failure(error: unknown): unknown {
    if (!(error instanceof CallError) || error.repeat === undefined) return error;
    this.#away();
    return this.#hasAnswered ? repeatable(error, {}) : error;
  }

  /** How a refusal may be repeated: one that has just come back refuses everybody. */
  repeatOf(status: number): Repeat | undefined {
    if (this.#last === undefined || (status !== 401 && status !== 403)) return undefined;
    return this.#clock.now() - this.#last < COMING_BACK ? {} : undefined;
  }

  #away(): void {
    this.#last = this.#clock.now();
  }
}
