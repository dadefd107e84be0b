import type { Job } from '../jobspec/job/job.ts';

export function asksForGpu({ resources: { gpu } }: Pick<Job, 'resources'>): boolean {
  return gpu !== undefined && (gpu.count.max === undefined || gpu.count.max > 0);
}
