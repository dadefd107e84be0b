import { Listed } from './answers.ts';
import { removeContainer } from './create.ts';
import { type Docker, messageOf } from './docker.ts';
import { isKept } from './kept-container.ts';
import { LABEL, numberIn } from './labels.ts';

/** Seconds past its deadline. One that has ended holds nothing but disk, and somebody may be fetching its outputs. */
const RUNNING_TOO_LONG = 60;
const ENDED_TOO_LONG = 3_600;
/** One whose outputs are nowhere else stays a week. */
const KEPT_TOO_LONG = 7 * 24 * 3_600;

/**
 * Takes away containers of this machine whose deadline has passed and whom nobody else took away. An engine gives a
 * container the labels of its image as well, so that labels with our names alone may be anybody's.
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
    const overdue = Listed.parse(value).filter((container) => isOverdue(container, date / 1_000));
    await Promise.all(overdue.map((container) => removeOverdue(container, docker)));
  } catch (error) {
    // Tidying up after others must not stop this run.
    docker.progress(`containers of ended runs could not be removed: ${messageOf(error)}`);
  }
}

/** Milliseconds that a run waits for what others left; the engine goes on. */
const PATIENCE = 5_000;

async function removeOverdue({ Id, Labels }: Listed[number], docker: Docker): Promise<void> {
  const run = `the run "${Labels?.[LABEL.run]}"`;
  docker.progress(`removing the container of ${run}: its deadline has passed`);
  if (!(await removeContainer(Id, docker, PATIENCE)))
    docker.progress(`the engine goes on removing the container of ${run}`);
}

/** `now` in seconds since 1970, by the engine's clock. */
function isOverdue({ Labels, Names, State }: Listed[number], now: number): boolean {
  const deadline = numberIn(Labels, LABEL.deadline);
  const ended = isKept(Names) ? KEPT_TOO_LONG : ENDED_TOO_LONG;
  const allowed = State === 'running' || State === 'paused' ? RUNNING_TOO_LONG : ended;
  return deadline !== undefined && now > deadline + allowed;
}
