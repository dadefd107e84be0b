import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { GithubPlace } from './place.ts';
import { refuseData } from './refusals.ts';
import type { Reads } from './runs.ts';

const Workflow = z.object({ state: z.string() });

/** Throws for what a workflow elsewhere cannot do, and for one that is not there, before anybody waits for an image. */
export async function checkRun(run: RunPlan, place: GithubPlace, { known }: Reads): Promise<void> {
  const findings = new Findings();
  refuseData({ run, origins: new Map() }, findings);
  findings.throwIfErrors();
  if (run.caches !== undefined) place.progress('caches start empty: the other repository keeps none');
  const { repository, tokenEnv, workflow } = place.site;
  const found = await known.get(`actions/workflows/${encodeURIComponent(workflow)}`);
  if (found === undefined)
    throw problem(
      `${repository} has no workflow "${workflow}" that the token in ${tokenEnv} may see`,
      'copy examples/workflows/github-fleet.yml there, and give the token "actions: write" for that repository',
    );
  const { state } = Workflow.parse(found);
  if (state !== 'active')
    throw problem(
      `the workflow "${workflow}" of ${repository} is ${state}`,
      `gh workflow enable ${workflow}`,
    );
}

function problem(message: string, hint: string): UserError {
  return new UserError(message, { code: 'github', hint });
}
