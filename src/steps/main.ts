import type { Inputs } from '../inputs/inputs.ts';
import type { Result } from '../tools/result.ts';
import type { Tools } from '../tools/tools.ts';
import { lookForLeftRuns } from './left-runs/look-for-left-runs.ts';
import { BASE_DENIED } from './plan/base-denied.ts';
import { makePlan, type Planned } from './plan/make-plan.ts';

/** Choose by name, look up what was named, plan by digest, make what is missing, run. Each part is loaded when it begins. */
export async function main(inputs: Inputs, tools: Tools): Promise<Result> {
  const { host } = tools;

  const left = inputs.until === 'run' ? await lookForLeftRuns(tools) : [];
  const planned = await host.group('Plan', () => makePlan(inputs, tools));
  if (inputs.until === 'plan') {
    const { previewed } = await import('./previewed.ts');
    return await previewed(planned, inputs, tools);
  }
  const hindrance = hindranceOf(planned, tools);
  if (hindrance !== undefined) {
    host.info(`nothing is built: ${hindrance}`);
    const { notCarriedOut } = await import('./previewed.ts');
    return await notCarriedOut(planned, inputs, tools);
  }
  const { carryOut } = await import('./carry-out.ts');
  return await carryOut(planned, left, inputs, tools);
}

/** Why nothing is built of what was planned; undefined: it can be. */
function hindranceOf({ findings }: Planned, { caller: { rights } }: Tools): string | undefined {
  if (!rights.build) return rights.why;
  const isDenied = findings.some(({ code }) => code === BASE_DENIED);
  return isDenied ? `a base requires a login, and ${rights.why}` : undefined;
}
