import { Listed } from './answers.ts';
import { inspect, removeContainer } from './create.ts';
import { type Docker, messageOf } from './docker.ts';
import { elapsedTime } from './elapsed.ts';
import { LABEL, numberIn } from './labels.ts';

/** Seconds past its deadline. One that has ended holds nothing but disk, and somebody may be fetching its outputs. */
const RUNNING_TOO_LONG = 60;
const KEPT_TOO_LONG = 3_600;

/**
 * Takes away containers of this machine whose deadline has passed and whom nobody else took away. An engine gives a
 * container the labels of its image as well, so that labels with our names alone may be anybody's. And its clock may
 * have been set since the deadline was written: only what more than that clock tells of is taken away.
 */
export async function sweep(docker: Docker): Promise<void> {
  if (docker.owner === undefined) return;
  try {
    const own = `${LABEL.owner}=${docker.owner}`;
    const filters = JSON.stringify({ label: [own, LABEL.run, LABEL.deadline] });
    const { value, date } = await docker.engine.dated({
      method: 'GET',
      path: '/containers/json',
      query: { all: true, filters },
    });
    for (const container of Listed.parse(value)) {
      if (!(await isOverdue(container, date / 1_000, docker))) continue;
      const { Id, Labels } = container;
      docker.progress(`removing the container of the run "${Labels?.[LABEL.run]}": its deadline has passed`);
      await removeContainer(Id, docker);
    }
  } catch (error) {
    // Tidying up after others must not stop this run.
    docker.progress(`containers of ended runs could not be removed: ${messageOf(error)}`);
  }
}

/** `now` in seconds since 1970, by the engine's clock. */
async function isOverdue(
  { Id, Labels, State }: Listed[number],
  now: number,
  docker: Docker,
): Promise<boolean> {
  const isRunning = State === 'running' || State === 'paused';
  const deadline = numberIn(Labels, LABEL.deadline);
  if (deadline === undefined || now <= deadline + (isRunning ? RUNNING_TOO_LONG : KEPT_TOO_LONG))
    return false;
  if (await docker.presence?.isHeld(Id)) return false;
  return isRunning ? await hasRunTooLong(Id, Labels, docker) : await hasEndedLongAgo(Id, now, docker);
}

/** By the kernel's count; one whose engine cannot tell is left to its guard. */
async function hasRunTooLong(id: string, labels: Listed[number]['Labels'], docker: Docker): Promise<boolean> {
  const allowed = (numberIn(labels, LABEL.timeout) ?? 0) + (numberIn(labels, LABEL.grace) ?? 0);
  const elapsed = await elapsedTime(id, docker);
  return elapsed !== undefined && elapsed > allowed + RUNNING_TOO_LONG;
}

/** One that ended long after its deadline had a clock set under it: its hour begins with its end. */
async function hasEndedLongAgo(id: string, now: number, docker: Docker): Promise<boolean> {
  const container = await inspect(id, docker);
  if (container === undefined || container.State.Running) return false;
  const end = Date.parse(container.State.FinishedAt) / 1_000;
  // One that never started has the year 1 there.
  return Number.isNaN(end) || now > end + KEPT_TOO_LONG;
}
