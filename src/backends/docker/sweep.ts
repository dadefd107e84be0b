import { Listed } from './answers.ts';
import { removeContainer } from './create.ts';
import { type Docker, messageOf } from './docker.ts';
import { isOverdue, LABEL } from './labels.ts';

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
    const overdue = Listed.parse(value).filter((container) =>
      isOverdue(container.Labels, isGoing(container), date / 1_000),
    );
    for (const { Id, Labels } of overdue) {
      docker.progress(`removing the container of the run "${Labels?.[LABEL.run]}": its deadline has passed`);
      await removeContainer(Id, docker);
    }
  } catch (error) {
    // Tidying up after others must not stop this run.
    docker.progress(`containers of ended runs could not be removed: ${messageOf(error)}`);
  }
}

function isGoing({ State }: Listed[number]): boolean {
  return State === 'running' || State === 'paused';
}
