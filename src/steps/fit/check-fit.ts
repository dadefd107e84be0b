import type { Finding } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Job } from '../../jobspec/job/job.ts';
import type { JobPlan } from '../../plan/plan.ts';
import { asksForGpu } from '../../recipe/gpu.ts';
import type { Tools } from '../../tools/tools.ts';
import type { Planned } from '../plan/make-plan.ts';

/** Before anything is built: what of the jobs does not go together with the places they are sent to. */
export async function checkFit(
  { plan, mirrors }: Pick<Planned, 'plan' | 'mirrors'>,
  here: ReadonlySet<string>,
  inputs: Inputs,
  tools: Tools,
): Promise<readonly Finding[]> {
  const jobs = plan.jobs.filter(isCompared);
  // Its tables are of no use to a job without a GPU.
  if (jobs.length === 0) return [];
  const { fitJobs } = await import('./fit-jobs.ts');
  const asked = await namesAsked(jobs, here, inputs, tools);
  const asks = ({ name }: Job): boolean => asked.has(name);
  return await fitJobs(jobs, { mirrors, asks, reads: !inputs.offline && !inputs.check }, tools);
}

function isCompared({ job }: JobPlan): boolean {
  const vendor = job.resources.gpu?.vendor;
  return asksForGpu(job) && job.preflight !== 'off' && (vendor === undefined || vendor === 'nvidia');
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
