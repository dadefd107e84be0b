import type { Job } from '../../jobspec/job/job.ts';
import { printPlatform } from '../../oci/platform.ts';
import type { Platform } from '../../oci/types.ts';
import { asksForGpu } from '../gpu.ts';
import type { Reason } from '../recipe.ts';
import { declaredTarget } from './declared.ts';

interface PlannedPlatforms {
  readonly platforms: readonly Platform[];
  readonly reasons: readonly Reason[];
}

/** Those that the spec says, else that of the machines with the GPU that it declares. */
export function plannedPlatforms(job: Job): PlannedPlatforms {
  const { image, origins } = job;
  const platforms = image.kind === 'built' ? image.platforms : [];
  if (origins.has('image.platforms') || !asksForGpu(job)) return { platforms, reasons: [] };
  const { architecture } = declaredTarget(job);
  if (architecture?.value !== 'arm64') return { platforms, reasons: [] };
  const platform = { os: 'linux', architecture: architecture.value };
  const why = `the CPUs of the target are ${architecture.value} (${architecture.source})`;
  return {
    platforms: [platform],
    reasons: [{ subject: 'platform', choice: printPlatform(platform), why }],
  };
}
