import { UserError } from '../../errors.ts';
import { printReference } from '../../oci/reference.ts';
import { keptPlan } from '../../run/kept-plan.ts';
import type { ListedRun } from '../../tools/backend.ts';
import { dispatched, jobsOf, titleOf, type WorkflowRun } from './api/runs.ts';
import { intentOf, withId } from './handle.ts';
import { isOverdue, stateOfStanding } from './look.ts';
import type { GithubPlace } from './place.ts';
import { planOf, type Reads, repositoryOf } from './runs.ts';
import { standingOf } from './standing.ts';

/** Answers that are read: the newest 200 runs of the workflow. */
const PAGES = 2;
/** Milliseconds for which one that has ended is shown. */
const WEEK = 7 * 24 * 3_600_000;

/** The runs of the workflow whose plans stand in the registry that images are pushed to. */
export async function listRuns(place: GithubPlace, reads: Reads): Promise<readonly ListedRun[]> {
  const listed: ListedRun[] = [];
  for (const run of (await shownRuns(place, reads)).values()) {
    const one = await listedRun(run, place, reads);
    if (one !== undefined) listed.push(one);
  }
  return listed.toReversed();
}

/** By the name of the run; of several, the one that was dispatched first is it. */
async function shownRuns(
  { clock, registryHost, site }: GithubPlace,
  { known }: Reads,
): Promise<ReadonlyMap<string, WorkflowRun>> {
  const found = new Map<string, WorkflowRun>();
  for await (const run of dispatched(site.workflow, known, PAGES)) {
    const titled = titleOf(run);
    const isOld = run.status === 'completed' && clock.now() - Date.parse(run.created_at) > WEEK;
    if (titled?.plan !== undefined && titled.plan.registry === registryHost && !isOld)
      found.set(titled.run, run);
  }
  return found;
}

/** undefined: its plan was written by another release, or by anybody else. */
async function listedRun(run: WorkflowRun, place: GithubPlace, reads: Reads): Promise<ListedRun | undefined> {
  const titled = titleOf(run);
  if (titled?.plan === undefined) return undefined;
  try {
    const plan = await planOf(run, printReference(repositoryOf(titled.plan)), place, reads);
    if (plan.id !== titled.run) return undefined;
    const state = await stateOf(run, reads);
    return {
      handle: withId(intentOf(plan, place), String(run.id)),
      job: plan.job,
      plan: keptPlan(plan),
      state,
      started: run.created_at,
      repository: plan.labels.get('jobimg.repo'),
      overdue: isOverdue(run, state, plan, place.clock.now()),
      // Whoever may start that workflow may have started it.
      isOwn: false,
    };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

async function stateOf(run: WorkflowRun, { known }: Reads): Promise<ListedRun['state']> {
  if (run.status === 'completed') return 'ended';
  const state = stateOfStanding(standingOf(run, await jobsOf(String(run.id), known)));
  return state === 'absent' ? 'ended' : state;
}
