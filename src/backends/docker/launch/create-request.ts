import { startedLater } from '../../../run/plan/plan-run.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { DockerOptions } from '../../types/docker-options.ts';
import type { ImageFacts, Info } from '../engine/answers.ts';
import { type CreateRequest, post } from '../engine/containers.ts';
import type { Launcher } from '../engine/docker.ts';
import { type GpuRequest, isNeed } from '../engine/gpu.ts';
import { postWithGpus, type WithGpus } from '../gpus/create.ts';
import type { GpuWatch } from '../gpus/in-use.ts';
import { type ContainerFacts, containerBody, imageName } from './container.ts';
import type { GpuDecided } from './gpu-decision.ts';
import type { RunData } from './run-data.ts';
import type { VolumeMount } from './volumes.ts';

/** What a start is tried with; a failure that has a remedy changes one of them. */
export interface Attempt {
  readonly init: boolean;
  readonly limits: boolean;
  readonly shell: 'bash' | 'sh';
  /** A need: whichever are free when the container is made. */
  readonly gpu: GpuDecided['request'];
}

export interface Launch extends RunData {
  readonly run: RunPlan;
  readonly name: string;
  readonly docker: Launcher;
  readonly options: DockerOptions;
  readonly info: Info;
  /** The engine's clock, milliseconds since 1970. */
  readonly engineTime: number;
  readonly image: ImageFacts;
  readonly workdir: string;
  readonly volumes: readonly VolumeMount[];
  /** Whether an earlier attempt has left a checkpoint. */
  readonly resumes: boolean;
  readonly watch: GpuWatch;
}

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
      mounts: [...launch.mounts, ...launch.volumes],
      gpu,
      secrets,
      marks: { submit, now, owner, presence },
      isElsewhere: !docker.engine.isHere,
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
