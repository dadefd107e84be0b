import type { JobPlan } from '../../plan/plan.ts';
import { asksForGpu } from '../../recipe/gpu.ts';

/** Whether a job asks for a GPU of the kind that images are compared with, and has it compared. */
export function isCompared({ job }: JobPlan): boolean {
  const vendor = job.resources.gpu?.vendor;
  return asksForGpu(job) && job.preflight !== 'off' && (vendor === undefined || vendor === 'nvidia');
}
