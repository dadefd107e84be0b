import * as z from 'zod';
import { parseReference } from '../../../oci/reference.ts';
import type { Image } from '../../../oci/types.ts';
import type { KnownAnswers } from './known.ts';

/** https://docs.github.com/en/rest/actions/workflow-runs */
export const WorkflowRun = z.object({
  id: z.number(),
  display_title: z.string().nullish(),
  status: z.string().nullish(),
  conclusion: z.string().nullish(),
  html_url: z.string(),
  created_at: z.string(),
  run_started_at: z.string().nullish(),
});
export type WorkflowRun = z.infer<typeof WorkflowRun>;

const Runs = z.object({ workflow_runs: z.array(WorkflowRun) });

/** https://docs.github.com/en/rest/actions/workflow-jobs */
export const WorkflowJob = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  labels: z.array(z.string()).nullish(),
  runner_name: z.string().nullish(),
  steps: z.array(z.object({ name: z.string(), status: z.string() })).nullish(),
});
export type WorkflowJob = z.infer<typeof WorkflowJob>;

const Jobs = z.object({ jobs: z.array(WorkflowJob) });

/** Runs in one answer, and answers that are read: GitHub shows no more than 1,000. */
const PAGE = 100;
const MOST_PAGES = 10;

/** The runs of the workflow that were dispatched, the newest first. */
export async function* dispatched(
  workflow: string,
  known: KnownAnswers,
  pages = MOST_PAGES,
): AsyncGenerator<WorkflowRun> {
  const of = `actions/workflows/${encodeURIComponent(workflow)}/runs?event=workflow_dispatch&per_page=${PAGE}`;
  for (let page = 1; page <= pages; page++) {
    const { workflow_runs: runs } = Runs.parse(
      (await known.get(`${of}&page=${page}`)) ?? { workflow_runs: [] },
    );
    yield* runs;
    if (runs.length < PAGE) return;
  }
}

/** undefined: it is not there any more, or never was. */
export async function runOf(id: string, known: KnownAnswers): Promise<WorkflowRun | undefined> {
  return WorkflowRun.optional().parse(await known.get(`actions/runs/${id}`));
}

export async function jobsOf(id: string, known: KnownAnswers): Promise<readonly WorkflowJob[]> {
  return Jobs.parse((await known.get(`actions/runs/${id}/jobs?per_page=${PAGE}`)) ?? { jobs: [] }).jobs;
}

/** What the title of a run of such a workflow says: `run-name: jobimg ${{ inputs.run-id }} ${{ inputs.plan }}`. */
export interface Titled {
  readonly run: string;
  /** The plan by digest; undefined: the title does not say it. */
  readonly plan: Image | undefined;
}

/** undefined: it is no run of ours. */
export function titleOf({ display_title: title }: Pick<WorkflowRun, 'display_title'>): Titled | undefined {
  const [, run, plan] = /^jobimg ([a-z0-9-]{1,52})(?: (\S+))?$/.exec(title ?? '') ?? [];
  return run === undefined ? undefined : { run, plan: plan === undefined ? undefined : imageIn(plan) };
}

function imageIn(text: string): Image | undefined {
  try {
    const { registry, path, digest } = parseReference(text);
    return digest === undefined ? undefined : { registry, path, digest };
  } catch {
    return undefined; // A stranger's text: it names no plan.
  }
}
