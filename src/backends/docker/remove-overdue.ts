import { messageOf } from '../../errors.ts';
import type { Handle } from '../../run/types/handle.ts';
import { removeContainer } from './engine/containers.ts';
import type { Docker } from './engine/docker.ts';
import { LABEL } from './engine/labels.ts';
import { removeAbandoned } from './engine/unstarted.ts';
import { listRuns } from './list.ts';
import { sweepCheckpoints } from './remove-volumes.ts';

/** Milliseconds that a run waits for what others left; the engine goes on. */
const PATIENCE = 5_000;

/** Takes away containers of this machine whose deadline has passed and whom nobody else took away. */
export async function sweep(docker: Docker): Promise<void> {
  const { owner } = docker;
  if (owner === undefined) return;
  await guarded(docker, async () => {
    const runs = await listRuns(docker, [`${LABEL.owner}=${owner}`]);
    const overdue = runs.filter((run) => run.isOwn && run.overdue);
    await Promise.all([...overdue.map(({ handle }) => remove(handle, docker)), sweepCheckpoints(docker)]);
  });
}

/** Takes away what killed processes had asked an engine for, and what it made after their end. */
export async function sweepAbandoned(docker: Docker): Promise<void> {
  if (docker.presence !== undefined) await guarded(docker, () => removeAbandoned(docker));
}

/** Tidying up after others must not stop a run. */
async function guarded(docker: Docker, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    docker.progress(`what ended runs left could not be removed: ${messageOf(error)}`);
  }
}

async function remove({ run, name, native }: Handle, docker: Docker): Promise<void> {
  docker.progress(`removing the container of the run "${run}": its deadline has passed`);
  if (!(await removeContainer(native['container'] ?? name, docker, PATIENCE)))
    docker.progress(`the engine is still removing the container of the run "${run}"`);
}
