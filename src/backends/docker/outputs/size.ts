import { EngineError } from '../../../io/engine/error.ts';
import type { Room } from '../../../io/outputs/disk-space.ts';
import { type Container, Sized } from '../engine/answers.ts';
import { ask, type Docker } from '../engine/docker.ts';

/**
 * Whether the disk has room for all that is in the container, image included: then nothing of it needs measuring. False
 * where the engine does not say.
 */
export async function fitsSurely({ Id }: Container, room: Room, docker: Docker): Promise<boolean> {
  try {
    const call = { method: 'GET', path: `/containers/${Id}/json`, query: { size: true } } as const;
    const { SizeRootFs } = await ask(docker, call, Sized);
    return SizeRootFs !== undefined && SizeRootFs <= (await room.left());
  } catch (error) {
    if (error instanceof EngineError) return false;
    throw error;
  }
}
