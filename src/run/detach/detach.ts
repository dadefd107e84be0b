import type { Finding } from '../../errors.ts';
import type { Job } from '../../jobspec/job/job.ts';
import { outputsClaim } from '../../jobspec/values/outputs-to.ts';
import { decideRetry } from '../attempts/decision.ts';
import { capabilitiesOf } from '../plan/capabilities.ts';
import type { StartedWhere } from '../plan/runner-limit.ts';
import type { RunPlan } from '../types/plan.ts';
import type { Verdict } from '../types/verdict.ts';

/** Seconds: whoever comes once a day finds outputs that stay longer. */
const DAY = 24 * 3_600;

/** What is wrong with leaving a job as soon as it is started, and what of it could not be fetched later. */
export function detachProblems(job: Job, { hosted, here }: StartedWhere): readonly Finding[] {
  if (hosted && here && !capabilitiesOf(job).outlives)
    return [
      {
        level: 'error',
        code: 'detach',
        message: `the job ${job.name} cannot be detached: it runs on this runner, which GitHub removes with the job of the workflow`,
        hint: 'send it elsewhere with "backend", or leave out "detach"',
        location: job.origins.get('backend'),
      },
    ];
  return [...legsAtOnce(job), ...triedOnce(job), ...inputsFirst(job), ...outputsLater(job)];
}

/** Nobody is there to start a leg when another one has ended. */
function legsAtOnce(job: Job): readonly Finding[] {
  const { name, origins, strategy } = job;
  const count = strategy?.legs.length ?? 1;
  const isBounded =
    strategy?.maxParallel === undefined ? !capabilitiesOf(job).queue : strategy.maxParallel < count;
  if (count < 2 || !isBounded) return [];
  return [
    {
      level: 'warning',
      code: 'detach-legs',
      message: `the ${count} legs of the job ${name} run at the same time when they are detached, and none ends with another`,
      hint: 'leave "detach" out where "max-parallel" or "fail-fast" matter, or choose legs with the input "params" (--param)',
      location: origins.get('strategy'),
    },
  ];
}

/** Nor to start it again: what its place keeps of a run does not hold the secrets that a new one would get. */
function triedOnce({ name, retry, origins }: Job): readonly Finding[] {
  if (retry === undefined) return [];
  return [
    {
      level: 'warning',
      code: 'detach-retry',
      message: `the job ${name} has "retry", and a run that is detached is tried once`,
      hint: 'leave "detach" out where attempts matter; or start it again when it has failed: with "checkpoint" a later attempt of the same workflow run goes on from there',
      location: origins.get('retry'),
    },
  ];
}

/** What whoever fetches a detached run is told, when its `retry` would have started it again. */
export function notTriedAgain(run: RunPlan, verdict: Verdict): readonly Finding[] {
  if (run.detached !== true || decideRetry(run, verdict).kind === 'end') return [];
  return [
    {
      level: 'warning',
      code: 'detach-retry',
      message: `the run ${run.id} ended as what its "retry" tries again, and a run that is detached is tried once`,
      hint: `start the job ${run.job} again as it was started; with "checkpoint" a later attempt of the same workflow run goes on from there`,
    },
  ];
}

/** The place has a queue of its own, and what was fetched here only this process can bring. */
function inputsFirst(job: Job): readonly Finding[] {
  const { inputs = [], name, origins } = job;
  if (inputs.length === 0 || !capabilitiesOf(job).queue) return [];
  return [
    {
      level: 'notice',
      code: 'detach-inputs',
      message: `the job ${name} is left when it has started, for until then this process is needed to bring its inputs`,
      hint: 'mount a claim in place of "inputs", and it is left at once',
      location: origins.get('inputs'),
    },
  ];
}

function outputsLater(job: Job): readonly Finding[] {
  const { keepsOutputs } = capabilitiesOf(job);
  const isKept =
    job.backend.options['outputs'] !== 'none' &&
    job.outputs.paths.length > 0 &&
    outputsClaim(job.outputs.to) === undefined;
  if (!isKept || keepsOutputs >= DAY) return [];
  return [
    {
      level: 'warning',
      code: 'detach',
      message: `the outputs of the job ${job.name} can be fetched until ${Math.round(keepsOutputs / 60)} minutes after its end, and then they are gone`,
      hint: 'attach to the run before it ends, or keep them there with `outputs.to`',
      location: job.origins.get('outputs'),
    },
  ];
}

/** A login that the far side needs, and that is good as long as this job of the workflow only. */
export function dyingLogin(
  registry: string,
  password: string,
  token: string | undefined,
): Finding | undefined {
  if (token === undefined || token === '' || password !== token) return undefined;
  return {
    level: 'warning',
    code: 'detach-login',
    message: `the image is pulled from ${registry} with the token of this job, which GitHub withdraws when the job ends: a run that still waits then cannot pull it`,
    hint: 'name a Secret of the cluster with "pull-secret" below "backend.kubernetes", or give a login that stays, by docker login or the input "registry-auth"',
  };
}
