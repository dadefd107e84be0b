import type { Job } from '../jobspec/job/job.ts';
import { asksForGpu } from './gpu.ts';

/** Whether a job asks for a GPU of the kind that images are compared with, and has it compared. */
export function isCompared(job: Pick<Job, 'resources' | 'preflight'>): boolean {
  const vendor = job.resources.gpu?.vendor;
  return asksForGpu(job) && job.preflight !== 'off' && (vendor === undefined || vendor === 'nvidia');
}
