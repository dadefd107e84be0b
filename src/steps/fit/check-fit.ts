import type { Finding } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Job } from '../../jobspec/job/job.ts';
import type { JobPlan } from '../../plan/plan.ts';
import { isCompared } from '../../recipe/compared.ts';
import type { Tools } from '../../tools/tools.ts';
import type { Planned } from '../plan/make-plan.ts';
import type { JobFit } from './fit-jobs.ts';

/** Before anything is built: the jobs that are compared with the places they are sent to. */
export async function compareJobs(
  { plan, mirrors, data }: Pick<Planned, 'plan' | 'mirrors' | 'data'>,
  here: ReadonlySet<string>,
  inputs: Inputs,
  tools: Tools,
): Promise<readonly JobFit[]> {
  const jobs = plan.jobs.filter(({ job }) => isCompared(job));
  // Its tables are of no use to a job without a GPU.
  if (jobs.length === 0) return [];
  const { gatherFit } = await import('./fit-jobs.ts');
  const asked = await namesAsked(jobs, here, inputs, tools);
  const asks = ({ name }: Job): boolean => asked.has(name);
  const reads = !inputs.offline && !inputs.check;
  return await gatherFit(jobs, { mirrors, asks, reads, data }, tools);
}

/** What of the jobs does not go together with the places. */
export async function fitFindings(jobs: readonly JobFit[]): Promise<readonly Finding[]> {
  if (jobs.length === 0) return [];
  const { findingsOf } = await import('./fit-jobs.ts');
  return findingsOf(jobs);
}

/** A check looks up nothing elsewhere: it asks this machine alone. */
async function namesAsked(
  jobs: readonly JobPlan[],
  here: ReadonlySet<string>,
  { offline, check }: Inputs,
  { isHere }: Tools,
): Promise<ReadonlySet<string>> {
  if (offline) return new Set();
  const started = jobs.map(({ job }) => job).filter(({ name }) => here.has(name));
  const asked = await Promise.all(started.map(async (job) => !check || (await isHere(job.backend))));
  return new Set(started.filter((_, index) => asked[index]).map(({ name }) => name));
}
