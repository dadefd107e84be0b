import { messageOf } from '../../errors.ts';
import { outcomeText } from '../../run/outcome.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { ListedRun } from '../../tools/backend.ts';
import type { Tools } from '../../tools/tools.ts';

/**
 * Says how the last detached run of each job did that is now detached again, from what its place tells: a runner of
 * GitHub's own remembers nothing. What this machine has a record of was told already.
 */
export async function tellLastDetached(plans: readonly RunPlan[], tools: Tools): Promise<void> {
  const jobs = new Map(plans.map((plan) => [plan.job, plan]));
  const known = new Set((await tools.runs.list()).map(({ record }) => record.run));
  for (const plan of jobs.values()) {
    try {
      await tellLast(plan, known, tools);
    } catch (error) {
      tools.host.info(
        `how the last detached run of the job ${plan.job} ended is not known: ${messageOf(error)}`,
      );
    }
  }
}

async function tellLast(plan: RunPlan, known: ReadonlySet<string>, tools: Tools): Promise<void> {
  const { caller, host } = tools;
  const backend = await tools.backend(plan.backend, new Map());
  const before = (await backend.list()).filter(
    (one) =>
      one.plan?.detached === true &&
      one.job === plan.job &&
      one.repository === caller.run.repository &&
      one.handle.run !== plan.id &&
      !known.has(one.handle.run),
  );
  const last = before.sort(byStart).at(-1);
  if (last === undefined) return;
  const { verdict } = await backend.look(last.handle, []);
  const how = verdict === undefined ? `is ${last.state}` : outcomeText(verdict);
  host.info(
    `the last detached run of the job ${plan.job}, ${last.handle.run}, started at ${last.started}: ${how}`,
  );
}

function byStart({ started: one = '' }: ListedRun, { started: other = '' }: ListedRun): number {
  return one.localeCompare(other);
}
