import type { Standing } from '../../io/polled/place.ts';
import type { PushedRecord } from '../../run/records/pushed-record.ts';
import type { Reason, Verdict } from '../../run/types/verdict.ts';
import type { WorkflowJob, WorkflowRun } from './api/runs.ts';

/** How a run stands whose workflow run has not ended. */
export function standingOf(
  run: WorkflowRun,
  jobs: readonly WorkflowJob[],
): Exclude<Standing, { state: 'ended' }> {
  const going = jobs.find(({ status }) => status === 'in_progress');
  if (going !== undefined) return stepOf(going);
  // GitHub tells of the end of a run a little later than of that of its jobs.
  if (jobs.length > 0 && (jobs.every(isOver) || jobs.some(isOwnOver))) return { state: 'running' };
  return { state: 'queued', detail: whyQueued(run, jobs) };
}

function isOver({ status }: WorkflowJob): boolean {
  return status === 'completed';
}

function isOwnOver(job: WorkflowJob): boolean {
  return isOver(job) && job.steps?.some(({ name }) => isJobimg(name)) === true;
}

/** Before the step that runs the job others prepare the runner. */
function stepOf({ name, steps }: WorkflowJob): Exclude<Standing, { state: 'ended' | 'absent' }> {
  const all = steps ?? [];
  const isOurs = all.some((step) => isJobimg(step.name) && !isWaiting(step.status));
  const now = all.find(({ status }) => status === 'in_progress');
  if (isOurs || now === undefined) return { state: 'running' };
  return { state: 'pulling', detail: `${name}: ${now.name}` };
}

export function isJobimg(step: string): boolean {
  return /\bjobimg\b/i.test(step);
}

function isWaiting(status: string): boolean {
  return status === 'queued' || status === 'pending';
}

/** https://docs.github.com/en/rest/actions/workflow-runs: what a status of a run means */
function whyQueued({ status, html_url: url }: WorkflowRun, jobs: readonly WorkflowJob[]): string {
  if (status === 'waiting' || status === 'action_required' || status === 'requested')
    return `somebody has to approve it: ${url}`;
  if (status === 'pending') return `another run of its concurrency group is not over: ${url}`;
  const job = jobs.find((one) => one.status === 'queued' && !one.runner_name);
  const labels = job?.labels ?? [];
  if (labels.length === 0) return `GitHub has not started it yet: ${url}`;
  return `no runner with the labels ${labels.join(', ')} is free: ${url}`;
}

/** How a run ended: as its record says, which is made where it ran; else as GitHub concludes. */
export function endOf(
  run: WorkflowRun,
  record: PushedRecord | undefined,
): Extract<Standing, { state: 'ended' }> {
  if (record?.ended === undefined) return { state: 'ended', verdict: verdictWithoutRecord(run) };
  const { reason, 'exit-code': code, detail, duration } = record.ended;
  return {
    state: 'ended',
    duration,
    verdict: {
      reason: REASONS.find((one) => one === reason) ?? 'internal',
      ...(code === null ? {} : { exitCode: code }),
      ...(detail === null ? {} : { detail }),
    },
  };
}

const REASONS: readonly Reason[] = [
  ...(['succeeded', 'failed', 'oom-host', 'oom-gpu', 'timeout', 'queue-timeout', 'cancelled'] as const),
  ...(['interrupted', 'no-capacity', 'node-error', 'image-pull', 'preflight', 'internal'] as const),
];

const NO_RECORD = 'and left no record of the run beside its image';

function verdictWithoutRecord({ conclusion, html_url: url }: WorkflowRun): Verdict {
  const hint = `see ${url}; the token of that workflow needs the right to push to the repository of the image`;
  switch (conclusion) {
    case 'cancelled':
      return { reason: 'cancelled', detail: `its workflow run was cancelled: ${url}` };
    case 'timed_out':
      return { reason: 'timeout', detail: `its workflow run reached its "timeout-minutes": ${url}` };
    case 'stale':
      return { reason: 'queue-timeout', detail: `GitHub gave its workflow run up: ${url}` };
    case 'failure':
      return { reason: 'failed', exitCode: 1, detail: `its workflow run failed ${NO_RECORD}`, hint };
    case 'success':
      return { reason: 'internal', exitCode: 1, detail: `its workflow run succeeded ${NO_RECORD}`, hint };
    default:
      return { reason: 'internal', detail: `its workflow run ended as "${conclusion}" ${NO_RECORD}`, hint };
  }
}
