import type { Readable } from 'node:stream';
import { type Docker, isStatus } from '../engine/docker.ts';

/** undefined: it is not there, also at a second look. */
export async function openArchive(name: string, path: string, docker: Docker): Promise<Readable | undefined> {
  return (await lookForArchive(name, path, docker)) ?? (await lookForArchive(name, path, docker));
}

/**
 * An engine that mounts the files of a container for somebody else at the same moment takes the mount for done and finds
 * nothing: a 404 alone is no proof. https://github.com/moby/moby/blob/v28.5.2/daemon/snapshotter/mount.go
 */
async function lookForArchive(name: string, path: string, docker: Docker): Promise<Readable | undefined> {
  try {
    const answer = await docker.engine.call({
      method: 'GET',
      path: `/containers/${encodeURIComponent(name)}/archive`,
      query: { path },
      timeout: 0,
    });
    return answer.body;
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}
