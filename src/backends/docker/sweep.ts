import { messageOf } from '../../errors.ts';
import { Listed } from './answers.ts';
import { removeContainer } from './create.ts';
import type { Docker } from './docker.ts';
import { LABEL } from './labels.ts';
import { isOverdue } from './overdue.ts';

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
    const removed = Listed.parse(value).map((container) => removeOverdue(container, date / 1_000, docker));
    await Promise.all(removed);
  } catch (error) {
    // Tidying up after others must not stop this run.
    docker.progress(`containers of ended runs could not be removed: ${messageOf(error)}`);
  }
}

/** Milliseconds that a run waits for what others left; the engine goes on. */
const PATIENCE = 5_000;

async function removeOverdue(container: Listed[number], now: number, docker: Docker): Promise<void> {
  if (!(await isOverdue(container, now, docker))) return;
  const run = `the run "${container.Labels?.[LABEL.run]}"`;
  docker.progress(`removing the container of ${run}: its deadline has passed`);
  if (!(await removeContainer(container.Id, docker, PATIENCE)))
    docker.progress(`the engine is still removing the container of ${run}`);
}
