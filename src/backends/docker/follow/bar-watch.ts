import { once } from 'node:events';
import type { RunEvent } from '../../../run/types/event.ts';
import type { Docker } from '../engine/docker.ts';
import { barStateIn } from './bar-state.ts';

/** Milliseconds of a silent log before a bar is looked for, and between two looks. */
export const BAR_EVERY = 10_000;
/** Milliseconds of one look. */
const LOOK = 5_000;
/** Bytes: what prints more is seen in its log. */
const MOST_READ = 64 * 1024;

export type BarEvent = Extract<RunEvent, { type: 'bar' }>;

/**
 * Looks for a bar while the log says nothing: the engine keeps a line from its log until the line ends, and gives it
 * at once to whoever is attached. An attached reader that stops to read holds the job up as soon as the engine has
 * 1 MB for it. So each look is short, all that comes is read at once, and nothing is shown before it has ended.
 */
export class BarWatch {
  readonly #name: string;
  readonly #docker: Docker;
  readonly #every: number;
  #stop: AbortController | undefined;
  #isRefused = false;

  constructor(name: string, docker: Docker) {
    this.#name = name;
    this.#docker = docker;
    this.#every = docker.barEvery ?? BAR_EVERY;
  }

  /** The next state of a bar. It never rejects, and after `stop` it never settles. */
  next(): Promise<BarEvent> {
    this.#stop = new AbortController();
    const { signal } = this.#stop;
    return new Promise((resolve) => void this.#look(signal, resolve));
  }

  stop(): void {
    this.#stop?.abort();
    this.#stop = undefined;
  }

  async #look(signal: AbortSignal, resolve: (event: BarEvent) => void): Promise<void> {
    while (await this.#rest(signal)) {
      const state = barStateIn(await this.#listen(signal));
      if (state === undefined || signal.aborted) continue;
      resolve({ type: 'bar', stream: state.stream, bytes: Buffer.from(state.text) });
      return;
    }
  }

  /** Whether to look again then. */
  async #rest(signal: AbortSignal): Promise<boolean> {
    if (this.#isRefused || signal.aborted) return false;
    const rested = new AbortController();
    const timer = setTimeout(() => rested.abort(), this.#every);
    const stopped = (): void => rested.abort();
    signal.addEventListener('abort', stopped, { once: true });
    await once(rested.signal, 'abort');
    clearTimeout(timer);
    signal.removeEventListener('abort', stopped);
    return !signal.aborted;
  }

  /** What is printed until there is a state in it; the connection is closed when this comes back. */
  async #listen(stopped: AbortSignal): Promise<Uint8Array> {
    const pieces: Buffer[] = [];
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(LOOK)]);
    try {
      const { body } = await this.#docker.engine.call({
        method: 'POST',
        path: `/containers/${encodeURIComponent(this.#name)}/attach`,
        query: { stream: true, stdout: true, stderr: true },
        signal,
        timeout: 0,
      });
      let length = 0;
      for await (const piece of body as AsyncIterable<Buffer>) {
        pieces.push(piece);
        length += piece.length;
        if (length > MOST_READ || barStateIn(Buffer.concat(pieces)) !== undefined) break;
      }
      // It may end in an error then, which is none.
      if (!body.closed) await new Promise((resolve) => body.once('close', resolve));
    } catch {
      // A bar is not worth a failure: who may not attach, or cannot, still has the log.
      this.#isRefused = !signal.aborted;
    }
    return Buffer.concat(pieces);
  }
}
