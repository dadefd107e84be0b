import { messageOf } from '../../../errors.ts';
import { Container } from '../engine/answers.ts';
import { type Docker, isPassing, isStatus } from '../engine/docker.ts';

/** What is known of a container; `lost` when the engine was asked for as long as there is hope. */
export type ContainerStatus =
  | { readonly kind: 'seen'; readonly container: Container; readonly engineTime: number }
  | { readonly kind: 'gone' }
  | { readonly kind: 'lost'; readonly why: string };

const PATIENCE = 10 * 60_000;
/** When we are to leave, the runner ends us soon: 7.5 s after the first signal it sends the next. */
const PATIENCE_WHEN_LEAVING = 3_000;
const LONGEST_PAUSE = 30_000;

/** Asks for one container until there is an answer; refusals that will not pass are thrown. */
export class Contact {
  readonly #path: string;
  readonly #signal: AbortSignal;
  readonly #docker: Docker;
  #wasLost = false;

  constructor(name: string, signal: AbortSignal, docker: Docker) {
    this.#path = `/containers/${encodeURIComponent(name)}/json`;
    this.#signal = signal;
    this.#docker = docker;
  }

  /** Whether the engine could not be reached at some time. */
  get wasLost(): boolean {
    return this.#wasLost;
  }

  async inspect(): Promise<ContainerStatus> {
    const { clock } = this.#docker;
    const start = clock.now();
    for (let pause = 1_000; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const status = await this.#look();
      if (status.kind !== 'lost') return status;
      this.#say(status.why);
      const patience = this.#signal.aborted ? PATIENCE_WHEN_LEAVING : PATIENCE;
      if (clock.now() - start > patience) return status;
      await restUnlessAborted(pause * (0.5 + clock.random() / 2), this.#signal, this.#docker);
    }
  }

  async #look(): Promise<ContainerStatus> {
    try {
      const { value, date } = await this.#docker.engine.dated({
        method: 'GET',
        path: this.#path,
        timeout: 20_000,
      });
      return { kind: 'seen', container: Container.parse(value), engineTime: date };
    } catch (error) {
      if (isStatus(error, 404)) return { kind: 'gone' };
      if (!isPassing(error)) throw error;
      return { kind: 'lost', why: messageOf(error) };
    }
  }

  #say(why: string): void {
    if (!this.#wasLost) this.#docker.progress(`the engine does not answer, trying again: ${why}`);
    this.#wasLost = true;
  }
}

/** A pause that ends early when the signal comes, and is short after it. */
export async function restUnlessAborted(
  milliseconds: number,
  signal: AbortSignal,
  { clock }: Docker,
): Promise<void> {
  if (signal.aborted) {
    await clock.sleep(Math.min(milliseconds, 500));
    return;
  }
  await clock.sleep(milliseconds, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
