import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { CODE_ELSEWHERE } from '../../run/mounts/code-elsewhere.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { GithubPlace } from './place.ts';
import type { Reads } from './runs.ts';

const Workflow = z.object({ state: z.string() });

/** Throws for what a workflow elsewhere cannot do, and for one that is not there, before anybody waits for an image. */
export async function checkRun(run: RunPlan, place: GithubPlace, { known }: Reads): Promise<void> {
  refuseLocalData(run);
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

function refuseLocalData({ checkpoint, inputs = [], mount, mounts = [] }: RunPlan): void {
  if (mount !== undefined)
    throw problem('the runners of the other repository see no files of this machine', CODE_ELSEWHERE);
  if (inputs.length > 0)
    throw problem(
      'inputs are not brought to another repository',
      'fetch them in "run", or have them in the image',
    );
  if (mounts.length > 0)
    throw problem("folders of its runners are not this repository's to mount", 'leave "mounts" out');
  if (checkpoint !== undefined)
    throw problem('the other repository keeps no checkpoint', 'leave "checkpoint" out');
}
