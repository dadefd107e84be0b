import type { Finding } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { Job } from '../../jobspec/job/job.ts';
import type { Destination, JobPlan, Plan } from '../../plan/plan.ts';
import { capabilityProblems } from '../../run/plan/capabilities.ts';
import type { Tools } from '../../tools/tools.ts';
import { lookedAtRuns } from './looked-at-runs.ts';

/** What would be refused of jobs that are only looked at. */
export async function knownRefusals(plan: Plan, inputs: Inputs, tools: Tools): Promise<readonly Finding[]> {
  const found = await Promise.all(
    plan.jobs.map((job) => refusalsOfJob(job, plan.destination, inputs, tools)),
  );
  return found.flat();
}

async function refusalsOfJob(
  plan: JobPlan,
  destination: Destination,
  inputs: Inputs,
  tools: Tools,
): Promise<readonly Finding[]> {
  const { job } = plan;
  const missing = new Findings();
  checkInputs(job, tools.source.tree, missing);
  // A file that is not here may be one that a step before the run makes.
  const findings = missing.all.map((finding) => ({ ...finding, level: 'warning' as const }));
  const startsHere = job.runsOn === undefined || inputs.here;
  if (!isBackendKnown(job, startsHere, inputs)) return findings;
  const known = knownDestination(destination, inputs);
  // The legs of a job ask for the same.
  const [run] = lookedAtRuns(plan, tools);
  if (run === undefined) return findings;
  // Code that is in no layer because nobody may push here is in one where somebody may.
  const isMounted = plan.image.kind === 'given' || known !== undefined;
  const asked = isMounted ? run : { ...run, mount: undefined };
  const refused = await tools.refusals({ run: asked, origins: job.origins, startsHere });
  return [...findings, ...capabilityProblems(plan, known), ...refused];
}

/** A job that names no backend has the one of the machine that runs it, whose operator may have chosen another one. */
function isBackendKnown({ origins }: Job, startsHere: boolean, { defaults }: Inputs): boolean {
  return origins.has('backend') || (startsHere && defaults !== undefined);
}

/** Whoever may not push, or was not told where, may be no more than the one who looks. */
function knownDestination(destination: Destination, { registry }: Inputs): Destination | undefined {
  return destination.kind === 'registry' || registry.kind === 'none' ? destination : undefined;
}

/** Inputs that the repository does not have, or has as what nothing is the hash of. */
export function checkInputs({ inputs = [] }: Job, tree: Tree, findings: Findings): void {
  for (const { name, from, sha256, location: at } of inputs) {
    const path = 'path' in from ? from.path : undefined;
    if (path === undefined) continue;
    const bare = path.replace(/\/$/, '');
    if (sha256 !== undefined && tree.list(bare).length > 0) {
      const message = `the input "${name}" is a folder ("${path}"), and has the SHA-256 of a file`;
      findings.error('input', message, { hint: 'leave its "sha256" out', at });
    } else if (!tree.has(bare)) {
      const hint = 'check the path: it is relative to the root of the repository';
      findings.error('input', `the input "${name}" does not exist: "${path}"`, { hint, at });
    }
  }
}
