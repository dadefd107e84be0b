import { messageOf, UserError } from '../../errors.ts';
import { readPlan } from '../../evidence/run-plan.ts';
import { NoAnswer } from '../../io/polled/passing.ts';
import { printReference } from '../../oci/reference.ts';
import type { Image } from '../../oci/types.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { KnownAnswers } from './api/known.ts';
import { dispatched, runOf, titleOf, type WorkflowRun } from './api/runs.ts';
import type { GithubPlace } from './place.ts';

/** Reads that are made once, because a digest and a number always mean the same. */
export interface Reads {
  readonly known: KnownAnswers;
  readonly plans: Map<string, Promise<RunPlan>>;
}

/** The first workflow run that was dispatched for a run; others of the name end at once where the first one is. */
export async function runNamed(
  run: string,
  { site }: GithubPlace,
  { known }: Reads,
): Promise<WorkflowRun | undefined> {
  let first: WorkflowRun | undefined;
  for await (const one of dispatched(site.workflow, known)) {
    if (titleOf(one)?.run === run && (first === undefined || one.id < first.id)) first = one;
  }
  return first;
}

/** The workflow run of a handle; undefined: there is none, or it is of another plan. */
export async function findRun(
  handle: Handle,
  place: GithubPlace,
  reads: Reads,
): Promise<WorkflowRun | undefined> {
  const { id } = handle.native;
  const found = id === undefined ? undefined : await runOf(id, reads.known);
  const run = found ?? (id === undefined ? await runNamed(handle.run, place, reads) : undefined);
  if (run === undefined) return undefined;
  const plan = await planOf(run, handle.native['image'], place, reads);
  return plan.id === handle.run && plan.hash === handle.hash ? run : undefined;
}

/** The plan that a workflow run was given, which its title names. `image`: the repository where such a plan may stand. */
export async function planOf(
  run: WorkflowRun,
  image: string | undefined,
  { registry }: GithubPlace,
  { plans }: Reads,
): Promise<RunPlan> {
  const named = titleOf(run)?.plan;
  if (named === undefined || image === undefined || printReference(repositoryOf(named)) !== image)
    throw new UserError(`the title of the workflow run ${run.html_url} does not tell its plan`, {
      code: 'github',
      hint: `write in that workflow: run-name: jobimg \${{ inputs.run-id }} \${{ inputs.plan }}`,
    });
  const read = plans.get(named.digest) ?? readPlan(named, registry);
  plans.set(named.digest, read);
  try {
    return await read;
  } catch (error) {
    plans.delete(named.digest);
    throw error;
  }
}

export function repositoryOf({ registry, path }: Image): {
  readonly registry: string;
  readonly path: string;
} {
  return { registry, path };
}

/**
 * Of a run that goes on, only an answer counts: a server that is away may come back, and a token that has expired says
 * nothing about the run.
 */
export async function orNoAnswer<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof NoAnswer || !(error instanceof UserError)) throw error;
    const isPassing = error.kind === 'unavailable' || error.findings.some(({ code }) => PASSING.has(code));
    throw isPassing ? new NoAnswer(messageOf(error)) : error;
  }
}

const PASSING = new Set(['github-denied', 'registry-denied']);
