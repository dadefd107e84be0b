import type { Inputs } from './inputs.ts';
import type { Result } from './result.ts';
import { bindRuns } from './steps/bind-runs.ts';
import { ensureImages } from './steps/ensure-images.ts';
import { makePlan } from './steps/make-plan.ts';
import { moveTags } from './steps/move-tags.ts';
import { runAll } from './steps/run-all.ts';
import type { Tools } from './tools.ts';

/** Choose by name, look up what was named, plan by digest, make what is missing, run. */
export async function main(inputs: Inputs, tools: Tools): Promise<Result> {
  const { host } = tools;
  const until = limitOf(inputs, tools);

  const planned = await host.group('Plan', () => makePlan(inputs, tools));
  if (until === 'plan') return { plan: planned.plan, images: new Map(), runs: [], findings: planned.findings };

  const { plan, images, findings } = await host.group('Images', () => ensureImages(planned, inputs, tools));
  await moveTags(plan, images, inputs, tools);
  const found = [...planned.findings, ...findings];
  if (until === 'image') return { plan, images, runs: [], findings: found };

  const runs = await runAll(bindRuns(plan, images, inputs, tools), tools);
  return { plan, images, runs, findings: found };
}
