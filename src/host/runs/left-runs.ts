import { HandleSchema, type RunRecord } from '../../run/record.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { KnownRun } from '../../tools/runs.ts';
import type { Core } from '../github.ts';
import { LIVE_RUNS } from '../post-state.ts';

/** The job of a workflow that a step belongs to. */
export type WorkflowJob = Omit<NonNullable<RunRecord['github']>, 'action'>;

/**
 * The runs that the main step left behind: from the runner's state and from what the machine keeps, each once. A machine
 * that stays has runs of other jobs, which are none of this one's business, and other steps of this one may go on.
 */
export function leftRuns(
  core: Pick<Core, 'getState'>,
  known: readonly KnownRun[],
  job: WorkflowJob,
): readonly Handle[] {
  const ofJob = known.filter(({ record, owner }) => owner !== 'alive' && isOf(record, job));
  const detached = new Set(known.flatMap(({ record }) => (record.detached === true ? [record.run] : [])));
  const all = [...parseState(core.getState(LIVE_RUNS)), ...ofJob.map(({ record }) => record.handle)];
  const handles = all.filter(({ run }) => !detached.has(run));
  return [...new Map(handles.map((handle) => [handle.run, handle])).values()];
}

function isOf({ github }: RunRecord, job: WorkflowJob): boolean {
  if (github === undefined) return false;
  return github['run-id'] === job['run-id'] && github.attempt === job.attempt && github.job === job.job;
}

function parseState(text: string): readonly Handle[] {
  if (text === '') return [];
  const values: unknown = JSON.parse(text);
  return Array.isArray(values) ? values.flatMap((value) => HandleSchema.safeParse(value).data ?? []) : [];
}
