import type { Clock } from '../../../io/clock.ts';
import { elapsedTime } from '../deadline/elapsed.ts';
import type { Container } from '../engine/answers.ts';
import type { Docker } from '../engine/docker.ts';

/** Milliseconds by which two honest clocks may differ: one of them counts whole seconds. */
const TOLERANCE = 2_000;

/** How long a container runs, by a clock that is never set. */
export class RunningTime {
  readonly #clock: Clock;
  /** When it started, by our clock. */
  readonly #start: number;
  /** How long it had run when it was last known to. */
  #seen = 0;

  readonly #isOver: boolean;

  /** `start`: by our clock, in milliseconds. `isOver`: it had ended when it was first looked at. */
  constructor(start: number, clock: Clock, isOver = false) {
    this.#start = start;
    this.#clock = clock;
    this.#isOver = isOver;
  }

  /** Milliseconds until now. */
  get elapsed(): number {
    return Math.max(0, this.#clock.now() - this.#start);
  }

  /** It tells of itself. What one that had ended tells is read after its end. */
  seen(): void {
    if (!this.#isOver) this.#seen = this.elapsed;
  }

  /** Seconds from its start to its end: as the engine has it to the millisecond, unless its clock was set in between. */
  durationOf({ StartedAt, FinishedAt }: Container['State']): number {
    const told = Date.parse(FinishedAt) - Date.parse(StartedAt);
    const isLikely = told >= this.#seen - TOLERANCE && told <= this.elapsed + TOLERANCE;
    return (isLikely ? Math.max(0, told) : this.elapsed) / 1_000;
  }
}

interface ObservedTime {
  readonly container: Container;
  /** By the engine's clock. */
  readonly engineTime: number;
  /** By our clock; undefined when it was not us who started it, or when its engine took long to say so. */
  readonly startedAt: number | undefined;
}

/** Of a container that was started here, or by somebody before. */
export async function runningTime(
  { container, engineTime, startedAt }: ObservedTime,
  docker: Docker,
): Promise<RunningTime> {
  const { clock } = docker;
  if (startedAt !== undefined) return new RunningTime(startedAt, clock);
  const elapsed = container.State.Running ? await elapsedTime(container.Id, docker) : undefined;
  const told = engineTime - Date.parse(container.State.StartedAt);
  const passed = elapsed === undefined ? told : elapsed * 1_000;
  return new RunningTime(clock.now() - passed, clock, !container.State.Running);
}
