import type { Plan } from '../../plan/plan.ts';
import type { Tools } from '../../tools/tools.ts';

/** Of these jobs, those that get the CPUs, GPUs and disks of this machine. */
export async function localJobs(
  { jobs }: Pick<Plan, 'jobs'>,
  names: ReadonlySet<string>,
  { isHere }: Pick<Tools, 'isHere'>,
): Promise<ReadonlySet<string>> {
  const named = jobs.filter(({ job }) => names.has(job.name));
  const local = await Promise.all(named.map(({ job }) => isHere(job.backend)));
  return new Set(named.filter((_, index) => local[index]).map(({ job }) => job.name));
}
