import { Listed } from './answers.ts';
import { inspect } from './containers.ts';
import { ask, type Docker, isStatus } from './docker.ts';
import { LABEL } from './labels.ts';

type ListedContainer = Listed[number];

/**
 * Removes containers that were made and not started, and whose process is gone: an engine that was asked for one makes it
 * also when nobody waits for the answer any more, and then nobody knows of it.
 */
export async function removeAbandoned(docker: Docker): Promise<void> {
  const query = { all: true, filters: JSON.stringify({ label: [LABEL.submit], status: ['created'] }) };
  const listed = await ask(docker, { method: 'GET', path: '/containers/json', query }, Listed);
  await Promise.all(
    listed.map(async (container) => {
      // Labels may come from an image, a name does not.
      const isOurs = container.Names.some((name) => name.startsWith('/jobimg-'));
      if (isOurs && (await isMakerGone(container, docker))) await removeUnstarted(container.Id, docker);
    }),
  );
}

/** Known where the process that made it and this one see each other's names. */
export async function isMakerGone(
  { Id, Labels }: Pick<ListedContainer, 'Id' | 'Labels'>,
  { presence }: Docker,
): Promise<boolean> {
  const [place, submit] = [Labels?.[LABEL.presence], Labels?.[LABEL.submit]];
  if (presence === undefined || submit === undefined || place !== presence.place) return false;
  return !(await presence.isHeld(submit)) && !(await presence.isHeld(Id));
}

/** Whether it is gone, and cannot be started any more. An engine refuses so to remove one that runs. */
export async function removeUnstarted(id: string, docker: Docker): Promise<boolean> {
  const container = await inspect(id, docker);
  if (container === undefined) return true;
  if (container.State.Status !== 'created') return false;
  try {
    await docker.engine.json({ method: 'DELETE', path: `/containers/${id}`, query: { v: true } });
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return true;
    if (isStatus(error, 409)) return false;
    throw error;
  }
}
