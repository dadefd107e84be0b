import { once } from 'node:events';
import { isAbort } from '../../../errors.ts';
import type { RunEvent } from '../../../run/types/event.ts';
import type { LaunchResult } from './outcome.ts';

/** Starts a run; `queued` is called with the reason when it has to wait, and `signal` ends that. */
export type Launch = (queued: (detail: string) => void, signal: AbortSignal) => Promise<LaunchResult>;

/** A run that was handed in, and perhaps waits to be started. */
export class Submission {
  readonly launched: Promise<LaunchResult>;
  readonly #stop = new AbortController();
  readonly #changes = new EventTarget();
  #detail: string | undefined;
  #isOver = false;

  constructor(launch: Launch) {
    this.launched = launch((detail) => this.#wait(detail), this.#stop.signal)
      .catch((error: unknown) => this.#ended(error))
      .finally(() => this.#end());
    // Whoever follows it is told.
    this.launched.catch(() => undefined);
  }

  get isWaiting(): boolean {
    return this.#detail !== undefined && !this.#isOver;
  }

  /** undefined: it waits. */
  async settled(): Promise<LaunchResult | undefined> {
    if (this.#detail === undefined && !this.#isOver) await once(this.#changes, 'change');
    return this.isWaiting ? undefined : await this.launched;
  }

  /** What it waits for, until it does no longer. When the signal comes nothing of it is left. */
  async *waiting(signal: AbortSignal): AsyncGenerator<RunEvent> {
    const stop = (): void => this.#stop.abort();
    if (signal.aborted && this.isWaiting) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for (let told: string | undefined; this.isWaiting; ) {
        const detail = this.#detail;
        if (detail !== undefined && detail !== told) yield { type: 'state', state: 'queued', detail };
        told = detail;
        if (this.isWaiting && this.#detail === told) await once(this.#changes, 'change');
      }
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** Ends the wait; comes back when nothing of it is left. */
  async stop(): Promise<void> {
    if (!this.isWaiting) return;
    this.#stop.abort();
    await this.launched;
  }

  /** What waits and is told to stop is not started. */
  #ended(error: unknown): LaunchResult {
    if (!this.isWaiting || !isAbort(error)) throw error;
    return { attached: false, notes: [], failure: { reason: 'cancelled', detail: 'not started' } };
  }

  #wait(detail: string): void {
    this.#detail = detail;
    this.#changes.dispatchEvent(new Event('change'));
  }

  #end(): void {
    this.#isOver = true;
    this.#changes.dispatchEvent(new Event('change'));
  }
}
