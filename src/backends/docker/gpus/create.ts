import type { Info } from '../engine/answers.ts';
import { type NamedContainer, type PostResult, post, removeOwn } from '../engine/containers.ts';
import type { Launcher } from '../engine/docker.ts';
import { type GpuNeed, type GpuRequest, gpuRequest } from '../engine/gpu.ts';
import { freeDevices } from '../engine/gpu-use.ts';
import type { GpuWatch } from './in-use.ts';
import { lockGpus } from './lock.ts';

export interface WithGpus extends NamedContainer {
  readonly image: string;
  readonly info: Info;
  readonly need: GpuNeed;
  readonly watch: GpuWatch;
  /** `now`: milliseconds since 1970, by the engine's clock. */
  bodyOf(gpu: GpuRequest, now: number): object;
}

/**
 * Makes the container with GPUs that no other one has. Choosing them and making it are one step for everybody who uses the
 * engine; while it is not started, a container that was made under a lock that was lost is taken back.
 */
export async function postWithGpus(request: WithGpus, docker: Launcher): Promise<PostResult> {
  const { name, submit } = request;
  const lock = await lockGpus(request.image, docker);
  const posted = await settled(chooseAndPost(request, docker));
  if (!(await lock.release())) {
    await removeOwn(name, submit, docker.cleaner);
    return 'again';
  }
  if ('error' in posted) throw posted.error;
  return posted.value;
}

async function chooseAndPost(request: WithGpus, docker: Launcher): Promise<PostResult> {
  const { name, need, info, watch } = request;
  const { uses, date } = await watch.look();
  if (uses.some((use) => use.name === name)) return 'taken';
  const devices = freeDevices(need, uses);
  if (devices === undefined) return { kind: 'busy', need, uses };
  return await post(name, request.bodyOf(gpuRequest(devices, info), date), docker);
}

async function settled<T>(work: Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> {
  try {
    return { value: await work };
  } catch (error) {
    return { error };
  }
}
