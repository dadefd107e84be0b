import { startedLater } from '../../plan/run.ts';
import { type ContainerFacts, containerBody, imageName } from './container.ts';
import { type CreateRequest, post } from './create.ts';
import { type GpuRequest, isNeed } from './gpu.ts';
import { postWithGpus, type WithGpus } from './gpus/create.ts';
import type { Attempt, Launch } from './launch.ts';

/** By what the process that makes a container is known. */
export interface Maker {
  readonly submit: string;
  readonly presence: string | undefined;
}

/** How the container of a run is made, with GPUs that are free or without any. */
export function createRequest(
  launch: Launch,
  attempt: Attempt,
  command: Pick<ContainerFacts, 'command' | 'user'>,
  { submit, presence }: Maker,
): CreateRequest {
  const { docker, info, name, run, watch } = launch;
  const { secrets, owner } = docker;
  const bodyOf = (gpu: GpuRequest, now: number, started = run): object =>
    containerBody(started, {
      ...launch,
      ...attempt,
      ...command,
      gpu,
      secrets,
      marks: { submit, now, owner, presence },
    });
  const { gpu } = attempt;
  const named = { name, submit };
  if (!isNeed(gpu))
    return {
      ...named,
      run,
      keepsLost: true,
      post: () => post(name, bodyOf(gpu, launch.engineTime), docker),
    };
  const wanted: WithGpus = {
    ...named,
    image: imageName(run),
    info,
    need: gpu,
    watch,
    // It may have waited for hours.
    bodyOf: (request, now) => bodyOf(request, now, startedLater(run, Math.floor(now / 1_000))),
  };
  return { ...named, run, keepsLost: false, post: () => postWithGpus(wanted, docker) };
}
