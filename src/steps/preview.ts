import type { Inputs } from '../inputs.ts';
import type { Plan } from '../plan/plan.ts';
import { planRuns } from '../plan/run.ts';
import type { Preview, Standing } from '../result.ts';
import type { RunPlan } from '../run/run.ts';
import type { Tools } from '../tools.ts';
import { UNKNOWN_IMAGE } from './bind-runs.ts';
import { lookUp } from './look-up.ts';

/** What a plan would find and start; only the `plan` command asks, so that a check needs no registry. */
export async function preview(plan: Plan, inputs: Inputs, tools: Tools): Promise<Preview> {
  const asked =
    inputs.check || inputs.offline
      ? { standing: new Map<string, Standing>(), findings: [] }
      : await lookUp(plan, tools);
  const runs = plan.jobs.flatMap((job) => {
    const [run] = planRuns(job, UNKNOWN_IMAGE, contextOf(job.job.env.keys(), tools.caller));
    return run === undefined ? [] : [[job.job.name, run] as const];
  });
  return { standing: asked.standing, runs: new Map<string, RunPlan>(runs), findings: asked.findings };
}

/** What must come from the caller is asked for when the run starts, not when it is planned. */
function contextOf(
  names: Iterable<string>,
  { run, time, env }: Tools['caller'],
): Parameters<typeof planRuns>[2] {
  const unset = [...names].map((name) => [name, ''] as const);
  return { ...run, startedAt: time(), callerEnv: new Map([...unset, ...env]) };
}
