import { allOrErrors } from '../../all-or-errors.ts';
import { type Location, UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Origins, RunsOn } from '../../jobspec/job/job.ts';
import type { Destination, JobPlan, Plan } from '../../plan/plan.ts';
import { checkoutProblem } from '../../run/pending/problem.ts';
import { handedOn, secondJob } from '../../run/pending/second-job.ts';
import { capabilitiesOf, capabilityProblems } from '../../run/plan/capabilities.ts';
import type { RunContext } from '../../run/plan/context.ts';
import { dispatchOf } from '../../run/plan/dispatch.ts';
import { planRuns } from '../../run/plan/legs.ts';
import { missingSecrets, unusableSecrets } from '../../run/plan/plan-run.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import { whereBackend } from '../../run/types/written-run.ts';
import type { Tools } from '../../tools/tools.ts';
import type { ImagesEnsured } from '../images/ensure-images.ts';
import { checkInputs } from './known-refusals.ts';
import { UNKNOWN_IMAGE } from './looked-at-runs.ts';
import { checkPushOfOutputs } from './outputs/check-push.ts';
import { runnerFindings } from './runner-findings.ts';

/** Names of jobs by where they start. */
export interface JobPlaces {
  readonly here: ReadonlySet<string>;
  /** Jobs whose `runs-on` is not this machine, and what it is not known to have. */
  readonly elsewhere: ReadonlyMap<string, string>;
}

/**
 * Which jobs start on this machine; one that belongs elsewhere is told how to get there. What a job that starts here
 * lacks is reported now, before anybody waits for an image.
 */
export async function placesOfJobs(plan: Plan, inputs: Inputs, tools: Tools): Promise<JobPlaces> {
  const starts = await Promise.all(plan.jobs.map((job) => startOf(job, plan.destination, inputs, tools)));
  const here = plan.jobs.filter((_, index) => starts[index]?.here);
  const elsewhere = plan.jobs.flatMap(({ job }, index) => {
    const { why } = starts[index] ?? {};
    return why === undefined ? [] : [[job.name, why] as const];
  });
  const findings = new Findings();
  for (const { job, image } of here) {
    findings.add(capabilityProblems({ job, image }, plan.destination));
    if (capabilitiesOf(job).ownSecrets !== true) findings.add(missingSecrets(job, tools.caller.env));
    findings.add(unusableSecrets(job, tools.caller.env));
    checkInputs(job, tools.source.tree, findings);
  }
  await checkPushOfOutputs(here, plan.destination, tools, findings);
  const starting = here.map(({ job }) => job);
  for (const finding of await runnerFindings(starting, inputs, tools)) {
    if (finding.level === 'error') findings.add([finding]);
    else tools.host.finding(finding);
  }
  findings.throwIfErrors();
  // The legs of a job mount the same.
  const runs = here.flatMap((job) => planRuns(job, UNKNOWN_IMAGE, contextOf(tools)).slice(0, 1));
  const written = runs.map((run) => ({ run, origins: originsOf(run, here) }));
  const refused = await Promise.all(written.map((one) => tools.refusals({ ...one, startsHere: true })));
  findings.add(refused.flat().filter(({ level }) => level === 'error'));
  findings.throwIfErrors();
  await allOrErrors(written.map(({ run, origins }) => checkRun(run, origins, tools)));
  return { here: new Set(here.map(({ job }) => job.name)), elsewhere: new Map(elsewhere) };
}

function originsOf({ job: name }: RunPlan, jobs: readonly JobPlan[]): Origins {
  return jobs.find(({ job }) => job.name === name)?.job.origins ?? new Map();
}

/** What a machine lets jobs see, and where it sends them, is known only there; and what another one takes. */
async function asksOfMachine({ mounts = [], backend }: RunPlan, { isHere }: Tools): Promise<boolean> {
  return mounts.length > 0 || backend.options['context'] !== undefined || !(await isHere(backend));
}

async function checkRun(run: RunPlan, origins: Origins, tools: Tools): Promise<void> {
  if (!(await asksOfMachine(run, tools))) return;
  const { backend: choice } = run;
  const context = origins.get(`backend.${choice.name}.context`);
  const place = context ?? whereBackend({ origins }, choice.name);
  const backend = await placed(place, () => tools.backend(choice, new Map()));
  await placed(context, () => backend.check(run));
}

/** What has no place of its own is told at this one. */
async function placed<T>(place: Location | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw UserError.of(
      error.findings.map((finding) => ({ ...finding, location: finding.location ?? place })),
      error.kind,
    );
  }
}

/** The runs of these jobs, each with the image that was made for it. */
export function bindRuns(
  { plan, images }: Pick<ImagesEnsured, 'plan' | 'images'>,
  here: ReadonlySet<string>,
  tools: Tools,
): readonly RunPlan[] {
  const jobs = plan.jobs.filter(({ job }) => here.has(job.name));
  // A registry that refused the right to push has changed where the images are.
  const findings = new Findings();
  for (const job of jobs) findings.add(capabilityProblems(job, plan.destination));
  findings.throwIfErrors();
  return jobs.flatMap((job) => {
    const image = images.get(job.job.name);
    if (image === undefined) throw new Error(`no image was made for the job ${job.job.name}`);
    return planRuns(job, image, contextOf(tools));
  });
}

function contextOf({ caller }: Tools): RunContext {
  return { ...caller.run, startedAt: caller.time(), callerEnv: caller.env };
}

interface Start {
  readonly here: boolean;
  /** Of a job that belongs on another machine. */
  readonly why?: string;
}

async function startOf(
  plan: JobPlan,
  destination: Destination,
  { here, dispatch }: Inputs,
  { caller, host, isHere }: Tools,
): Promise<Start> {
  const { job } = plan;
  if (!caller.rights.run) {
    host.info(`${job.name}: not started: ${caller.rights.why}`);
    return { here: false };
  }
  if (here || dispatch === 'yes') return { here: true };
  if (dispatch === 'no') {
    host.info(`${job.name}: not started here: the input \`dispatch\` says so`);
    return { here: false };
  }
  if (job.runsOn === undefined) return { here: true };

  const machine = await caller.machine();
  // A GPU of this machine is none of an engine elsewhere.
  const gpu = machine.gpu && (await isHere(job.backend));
  const verdict = dispatchOf(job.runsOn, { ...machine, gpu });
  if (verdict.here) return { here: true };
  host.info(`${job.name}: not started here: ${verdict.why}; it runs in a second job of the workflow:`);
  tellSecondJob(plan, job.runsOn, destination, { caller, host });
  return { here: false, why: verdict.why };
}

/** An image in a registry is all that most jobs take; the others run from the checkout. */
function tellSecondJob(
  plan: JobPlan,
  runsOn: RunsOn,
  { kind }: Destination,
  { caller, host }: Pick<Tools, 'caller' | 'host'>,
): void {
  const { workflowJob: needs } = caller;
  const checkout = kind === 'engine' || checkoutProblem(plan) !== undefined;
  for (const line of secondJob(plan.job, { runsOn, needs, checkout })) host.info(line);
  if (checkout) return;
  const action = caller.run.github?.action ?? '';
  // The runner's own ids begin so.
  const isNamed = action !== '' && !action.startsWith('__');
  const step = isNamed ? 'this step' : 'this step, which gets `id: job`,';
  host.info(`and the job ${needs} hands on what ${step} says:`);
  host.info(handedOn(isNamed ? action : 'job'));
}
