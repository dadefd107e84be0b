import type { RunPlan } from '../../../../run/types/plan.ts';
import type { JobScript } from '../job-facts.ts';

/**
 * Those that Slurm has given to the job, and no others, by the means that the node has: podman knows CDI alone, and an
 * engine that reads CDI needs no hook of NVIDIA's. https://github.com/cncf-tags/container-device-interface
 */
export function gpuLines({ run: { resources }, site }: Pick<JobScript, 'run' | 'site'>): string {
  if (resources.gpu === undefined) return 'gpus=';
  const hasCdi =
    site.container === 'podman'
      ? 'true'
      : `engine info --format '{{.CDISpecDirs}}' 2>/dev/null | grep -q / && nvidia-ctk cdi list 2>/dev/null | grep -q '^nvidia.com/gpu='`;
  return `gpus=; of=\${SLURM_JOB_GPUS:-\${SLURM_STEP_GPUS:-\${CUDA_VISIBLE_DEVICES:-}}}
if [ -z "$of" ]; then echo 'Slurm gave the job no GPU' >"$d/failed.log"; failed node-error 1; fi
if ${hasCdi}; then
  for one in $(printf %s "$of" | tr , ' '); do gpus="$gpus --device nvidia.com/gpu=$one"; done
else
  gpus="--gpus \\"device=$of\\""
fi`;
}

/**
 * Without a driver \`--nv\` starts the container as if nothing was asked for. It brings every GPU of the node along, and
 * \`--containall\` no variable: without this one a job would see those of others where Slurm does not confine devices.
 */
export function nvLines({ resources: { gpu } }: Pick<RunPlan, 'resources'>): string {
  if (gpu === undefined) return 'nv=';
  return `nv=--nv; nvidia-smi -L >"$d/failed.log" 2>&1 || failed node-error 1
[ -z "\${CUDA_VISIBLE_DEVICES:-}" ] || export APPTAINERENV_CUDA_VISIBLE_DEVICES="$CUDA_VISIBLE_DEVICES"`;
}
