import type { RunsOn } from '../../jobspec/job/job.ts';

/** What can be shown of the machine this runs on. */
export interface Machine {
  /** `RUNNER_ENVIRONMENT`: `self-hosted` or `github-hosted`; undefined off GitHub. */
  readonly environment?: string | undefined;
  /** `RUNNER_OS` and `RUNNER_ARCH`, such as `Linux` and `X64`. */
  readonly os?: string | undefined;
  readonly arch?: string | undefined;
  /** Whether `nvidia-smi` answers. */
  readonly gpu: boolean;
  /** `JOBIMG_RUNNER_LABELS`: what the operator says of this runner. */
  readonly labels: readonly string[];
}

export type Dispatch = { readonly here: true } | { readonly here: false; readonly why: string };

/**
 * Whether a run starts on this machine: only when every label the spec asks for can be shown true here.
 * A group cannot be shown, so it is never taken for this one.
 */
export function dispatchOf(runsOn: RunsOn | undefined, machine: Machine): Dispatch {
  if (runsOn === undefined) return { here: true };
  if (runsOn.group !== undefined)
    return { here: false, why: `this machine is not known to be in the group "${runsOn.group}"` };

  const missing = runsOn.labels.filter((label) => !hasLabel(machine, label));
  if (missing.length === 0) return { here: true };
  return {
    here: false,
    why: `this machine is not known to have the ${missing.length === 1 ? 'label' : 'labels'} ${missing.map((label) => `"${label}"`).join(', ')}`,
  };
}

function hasLabel(machine: Machine, label: string): boolean {
  const wanted = label.toLowerCase();
  if (wanted === 'gpu' && machine.gpu) return true;
  const shown = [machine.environment, machine.os, machine.arch, ...machine.labels];
  return shown.some((known) => known?.toLowerCase() === wanted);
}
