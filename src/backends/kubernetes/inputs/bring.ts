import { UserError } from '../../../errors.ts';
import { retrying } from '../../../io/http/retry.ts';
import { type Archive, movedTar } from '../../../io/inputs/moved-tar.ts';
import type { LaunchFailure } from '../../../run/reason.ts';
import type { Verdict } from '../../../run/types/verdict.ts';
import { initOf, type Pod } from '../api/answers.ts';
import { exec } from '../api/exec.ts';
import { type Cluster, podPath, type Target } from '../job/cluster.ts';
import { INPUTS } from '../job/names.ts';
import { INPUTS_WAIT, takeInputsCommand } from '../job/volumes/inputs.ts';

/** The inputs of a run, ready on this machine. */
export interface ReadyInputs {
  readonly archives: readonly Archive[];
  /** In the order in which the volume has them. */
  readonly folders: readonly string[];
}

export interface BringOptions {
  readonly pod: Pod;
  readonly target: Target;
  readonly inputs: ReadyInputs;
  readonly signal: AbortSignal;
}

/** Whether the pod has its node and its image, and waits for what somebody has to bring. */
export function waitsForInputs(pod: Pod | undefined): boolean {
  return initOf(pod)?.state?.running !== undefined;
}

/** Copies the inputs into the pod that waits for them; a verdict where that cannot be done. */
export async function bringInputs(
  { pod, target, inputs, signal }: BringOptions,
  { api, clock, progress }: Cluster,
): Promise<LaunchFailure | undefined> {
  const path = podPath(target.namespace, pod.metadata.name);
  const call = { path, container: INPUTS, command: takeInputsCommand(), signal };
  try {
    await retrying({ clock, log: progress, signal }, async () => {
      const stdin = movedTar(inputs.archives, inputs.folders);
      const { exitCode, stdout } = await exec({ ...call, stdin }, api);
      // It says nothing where it succeeds, and was taken for gone where it says something.
      for await (const _ of stdout);
      if (exitCode !== 0) throw new UserError('tar wrote to its output there');
    });
    return undefined;
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof UserError)) throw error;
    return {
      reason: 'node-error',
      detail: `the inputs could not be copied into the pod: ${error.message}`,
      hint:
        error.findings[0]?.hint ?? 'see whether the image has "tar", and the disk of the node room for them',
    };
  }
}

/** How a run ended whose inputs did not come; undefined: that was not it. */
export function withoutInputs(pod: Pod | undefined): Verdict | undefined {
  const terminated = initOf(pod)?.state?.terminated;
  if (terminated?.message?.trim() !== 'late') return undefined;
  return {
    reason: 'interrupted',
    detail: `nobody brought its inputs for ${INPUTS_WAIT / 60} minutes: the process that had them was gone`,
    hint: 'run it again, and leave its process running until the job has started; or mount a claim in place of "inputs"',
  };
}
