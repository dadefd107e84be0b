import { parseKeptPlan } from '../../../run/kept-plan.ts';
import type { Listed } from '../engine/answers.ts';
import { inspect } from '../engine/containers.ts';
import type { Docker } from '../engine/docker.ts';
import { isKept } from '../engine/kept-container.ts';
import { LABEL, numberIn } from '../engine/labels.ts';
import { elapsedTime } from './elapsed.ts';

/** Seconds past its deadline. One that has ended holds nothing but disk, and somebody may be fetching its outputs. */
const RUNNING_TOO_LONG = 60;
const ENDED_TOO_LONG = 3_600;
/** One whose outputs are nowhere else stays a week, and so does one that nobody was to follow. */
const KEPT_TOO_LONG = 7 * 24 * 3_600;

/**
 * Whether a container should not be there any more; `now` in seconds since 1970, by the engine's clock. A clock alone is
 * not believed: one that was set would end a run that is alive.
 */
export async function isOverdue(
  { Id, Labels, Names, State }: Pick<Listed[number], 'Id' | 'Labels' | 'Names' | 'State'>,
  now: number,
  docker: Docker,
): Promise<boolean> {
  const isRunning = isGoing(State);
  const deadline = numberIn(Labels, LABEL.deadline);
  const stays = isKept(Names) || isDetached(Labels) ? KEPT_TOO_LONG : ENDED_TOO_LONG;
  if (deadline === undefined || now <= deadline + (isRunning ? RUNNING_TOO_LONG : stays)) return false;
  if (await docker.presence?.isHeld(Id)) return false;
  return isRunning ? await hasRunTooLong(Id, Labels, docker) : await hasEnded(Id, now - stays, docker);
}

function isDetached(labels: Listed[number]['Labels']): boolean {
  return parseKeptPlan(labels?.[LABEL.record] ?? '')?.detached === true;
}

function isGoing(state: string): boolean {
  return state === 'running' || state === 'paused';
}

/** By the kernel's count; one whose engine cannot tell is left to its guard. */
async function hasRunTooLong(id: string, labels: Listed[number]['Labels'], docker: Docker): Promise<boolean> {
  const allowed = (numberIn(labels, LABEL.timeout) ?? 0) + (numberIn(labels, LABEL.grace) ?? 0);
  const elapsed = await elapsedTime(id, docker);
  return elapsed !== undefined && elapsed > allowed + RUNNING_TOO_LONG;
}

/** Before that time: one that ended long after its deadline had a clock set under it. */
async function hasEnded(id: string, time: number, docker: Docker): Promise<boolean> {
  const container = await inspect(id, docker);
  if (container === undefined || container.State.Running) return false;
  const end = Date.parse(container.State.FinishedAt) / 1_000;
  // One that never started has the year 1 there.
  return Number.isNaN(end) || time > end;
}
