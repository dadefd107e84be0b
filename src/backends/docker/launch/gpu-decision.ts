import type { LaunchFailure } from '../../../run/reason.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { Info } from '../engine/answers.ts';
import type { Docker } from '../engine/docker.ts';
import { chooseGpu, type GpuNeed, type GpuRequest, WITHOUT_GPU } from '../engine/gpu.ts';
import { parseGpuList } from '../gpus/list.ts';
import { missingCapacity } from './container.ts';

export interface GpuDecided {
  /** A need: whichever are free when the container is made. */
  readonly request: GpuRequest | GpuNeed;
  readonly notes: readonly string[];
}

type GpuDecision = GpuDecided | { readonly failure: LaunchFailure };

const NOT_SHARED =
  'which GPUs the engine has is not known, so another job may get the same ones: set JOBIMG_DEVICES=0,1 for the runner, or let the engine list them (nvidia-ctk cdi generate)';

/** `named`: those that the spec names. */
export async function decideGpu(
  run: RunPlan,
  info: Info,
  docker: Docker,
  named: readonly string[] | undefined,
): Promise<GpuDecision> {
  const capacity = missingCapacity(run, info);
  if (capacity !== undefined) {
    const hint = 'ask for less, or run it on a larger machine';
    return { failure: { reason: 'no-capacity', detail: capacity, hint } };
  }
  const { gpu } = run.resources;
  const list = gpu === undefined ? undefined : await docker.listGpus?.(info);
  const machine = list === undefined ? undefined : parseGpuList(list);
  const choice = chooseGpu(gpu, { info, given: docker.devices, named, machine });
  switch (choice.kind) {
    case 'none':
      return { request: WITHOUT_GPU, notes: [] };
    case 'free':
      return { request: choice.need, notes: [] };
    case 'counted':
      return { request: choice.request, notes: [NOT_SHARED] };
    default:
      return gpu?.optional === true
        ? { request: WITHOUT_GPU, notes: [`started without a GPU: ${choice.why}`] }
        : { failure: { reason: 'node-error', detail: choice.why, hint: choice.hint } };
  }
}
