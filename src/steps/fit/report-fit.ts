import { type Finding, UserError } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Tools } from '../../tools/tools.ts';
import type { ImagesEnsured } from '../images/ensure-images.ts';
import type { Planned } from '../plan/make-plan.ts';
import { compareJobs, fitFindings } from './check-fit.ts';
import type { JobFit } from './fit-jobs.ts';

type Compared = Pick<Planned, 'plan' | 'mirrors' | 'data'>;

/** Throws when a job cannot run where it is sent, before an image is made for it. */
export async function reportFit(
  planned: Compared,
  here: ReadonlySet<string>,
  inputs: Inputs,
  tools: Tools,
): Promise<readonly JobFit[]> {
  const jobs = await compareJobs(planned, here, inputs, tools);
  throwErrors(await fitFindings(jobs));
  return jobs;
}

/** Throws when what was found in the images says so, before anything is started. */
export async function reportMeasured(
  jobs: readonly JobFit[],
  { images }: Pick<ImagesEnsured, 'images'>,
  tools: Pick<Tools, 'registry'>,
): Promise<readonly Finding[]> {
  if (jobs.length === 0) return [];
  const [{ withMeasured }, { withSizes }] = await Promise.all([
    import('./fit-jobs.ts'),
    import('./image-sizes.ts'),
  ]);
  const findings = await fitFindings(withMeasured(await withSizes(jobs, images, tools), images));
  throwErrors(findings);
  return findings;
}

/** A check ends with what is wrong; a plan shows it beside the rest. */
export async function previewFit(
  planned: Compared,
  inputs: Inputs,
  tools: Tools,
): Promise<readonly Finding[]> {
  const { jobs } = planned.plan;
  const here = jobs.filter(({ job }) => job.runsOn === undefined || inputs.here).map(({ job }) => job.name);
  const findings = await fitFindings(await compareJobs(planned, new Set(here), inputs, tools));
  if (inputs.check) throwErrors(findings);
  return findings.map((finding) => (finding.level === 'error' ? { ...finding, level: 'warning' } : finding));
}

function throwErrors(findings: readonly Finding[]): void {
  if (findings.some(({ level }) => level === 'error')) throw UserError.of(findings);
}
