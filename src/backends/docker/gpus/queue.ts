import type { LaunchFailure } from '../../../run/reason.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import { isPassing, type Launcher } from '../engine/docker.ts';
import type { GpuNeed } from '../engine/gpu.ts';
import { freeDevices, type GpuUse, waitText } from '../engine/gpu-use.ts';
import type { GpuWatch } from './in-use.ts';

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 10_000;
/** Seconds. */
const LONGEST_WAIT = 24 * 3_600;
/** Milliseconds that an engine is asked which does not answer. */
const PATIENCE = 10 * 60_000;

interface Queued {
  readonly run: Pick<RunPlan, 'queueTimeout'>;
  readonly docker: Launcher;
  readonly watch: GpuWatch;
}

/** A run that waits until GPUs are free; nothing of it is on the engine meanwhile. */
export class GpuQueue {
  readonly #timeout: number;
  readonly #docker: Launcher;
  readonly #watch: GpuWatch;
  #start: number | undefined;
  #told: string | undefined;

  constructor({ run, docker, watch }: Queued) {
    this.#timeout = run.queueTimeout ?? LONGEST_WAIT;
    this.#docker = docker;
    this.#watch = watch;
  }

  /** Until it is worth while to try again; a failure when it has waited for too long in all. */
  async wait(need: GpuNeed, uses: readonly GpuUse[]): Promise<LaunchFailure | undefined> {
    const { clock } = this.#docker;
    this.#start ??= clock.now();
    const end = this.#start + this.#timeout * 1_000;
    let known = uses;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const text = waitText(need, known);
      this.#tell(text);
      if (clock.now() >= end) return timedOut(text, this.#timeout);
      await clock.sleep(Math.min(end - clock.now(), pause * (0.75 + clock.random() / 2)));
      known = await this.#look();
      if (freeDevices(need, known) !== undefined) return undefined;
    }
  }

  #tell(text: string): void {
    if (text !== this.#told) this.#docker.queued(text);
    this.#told = text;
  }

  async #look(): Promise<readonly GpuUse[]> {
    const { clock, progress } = this.#docker;
    const start = clock.now();
    for (let isFirst = true; ; isFirst = false) {
      try {
        return (await this.#watch.look()).uses;
      } catch (error) {
        if (!isPassing(error) || clock.now() - start > PATIENCE) throw error;
        if (isFirst) progress('the engine does not answer, trying again');
        await clock.sleep(LONGEST_PAUSE);
      }
    }
  }
}

function timedOut(text: string, timeout: number): LaunchFailure {
  return {
    reason: 'queue-timeout',
    detail: `it was not started within ${timeout} s: ${text}`,
    hint: 'raise "queue-timeout" in the spec, or stop what has the GPUs',
  };
}
