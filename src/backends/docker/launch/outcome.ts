import type { Verdict } from '../../../run/types/verdict.ts';
import type { HeldPresence } from '../engine/docker.ts';
import { type GpuNeed, WITHOUT_GPU } from '../engine/gpu.ts';
import type { GpuUse } from '../engine/gpu-use.ts';
import { isGpuFailure, launchFailure } from '../engine/launch-failure.ts';
import type { Attempt, Launch } from './create-request.ts';

export interface LaunchResult {
  /** Container ID; undefined when there is none. */
  readonly id?: string | undefined;
  /** Whether the run was there already. */
  readonly attached: boolean;
  /** Of the run that was there, when it is one of an earlier attempt. */
  readonly name?: string | undefined;
  /** By our clock, of a container that was started here; undefined where the engine knows it better. */
  readonly startedAt?: number | undefined;
  /** Says that this process looks after the container. */
  readonly held?: HeldPresence | undefined;
  /** What had to be done otherwise than asked. */
  readonly notes: readonly string[];
  readonly failure?: Verdict | undefined;
}

export type Outcome =
  | { readonly kind: 'over'; readonly launched: Omit<LaunchResult, 'notes'> }
  | { readonly kind: 'change'; readonly attempt: Attempt; readonly note: string }
  | { readonly kind: 'busy'; readonly need: GpuNeed; readonly uses: readonly GpuUse[] };

/** Another way to start it, where there is one that the job may not even notice; each is said. */
export function remedy(message: string, { run }: Launch, attempt: Attempt, id?: string): Outcome {
  if (attempt.init && message.includes('docker-init')) {
    const note =
      'the engine has no docker-init: the job itself has to handle SIGTERM, or is killed when it is stopped';
    return { kind: 'change', attempt: { ...attempt, init: false }, note };
  }
  if (attempt.limits && message.includes('rlimit')) {
    return {
      kind: 'change',
      attempt: { ...attempt, limits: false },
      note: 'the engine may not raise the stack limit to 64 MiB',
    };
  }
  if (attempt.gpu !== WITHOUT_GPU && run.resources.gpu?.optional && isGpuFailure(message))
    return withoutGpu(attempt, launchFailure(message).detail);
  return { kind: 'over', launched: { id, attached: false, failure: launchFailure(message) } };
}

export function withoutGpu(attempt: Attempt, why: string): Outcome {
  return { kind: 'change', attempt: { ...attempt, gpu: WITHOUT_GPU }, note: `started without a GPU: ${why}` };
}
