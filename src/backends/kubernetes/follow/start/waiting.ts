import { conditionOf, type Event, type Job, type Pod, startingOf, type Workload } from '../../api/answers.ts';
import { waitsForInputs } from '../../inputs/bring.ts';
import { oneLine } from '../one-line.ts';
import { imageFailure } from './image.ts';
import { isGivenUp, type Pull } from './pulls.ts';
import { refusalIn, refusedPod } from './refused-pod.ts';
import { stoodTooLong } from './standing.ts';
import { unmadeContainer } from './unmade-container.ts';
import { queued, type WaitState } from './wait-state.ts';

/** What there is to know of a run that has not started. */
export interface WaitFacts {
  readonly job: Job | undefined;
  readonly pod: Pod | undefined;
  /** Of the Job and the pod, the newest last. */
  readonly events: readonly Event[];
  /** Of Kueue; undefined: there is none, or it may not be read. */
  readonly workload: Workload | undefined;
  /** Of the job's own image. */
  readonly image: string;
  /** Name of the queue that it asked for. */
  readonly queue: string | undefined;
  readonly pull: Pull;
  /** Milliseconds for which the same trouble stands that may pass. */
  readonly standing: number;
}

/** Why a run has not started, in the words of the cluster. */
export function waitingFor(waiting: WaitFacts): WaitState {
  const { pod } = waiting;
  if (pod === undefined) return withoutPod(waiting);
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (scheduled?.status === 'False')
    return unscheduled(oneLine(scheduled.message ?? scheduled.reason ?? 'no node was chosen yet'));
  if (scheduled === undefined) return queued('it waits for a node');
  return onNode(waiting);
}

/** Nodes come; a claim that somebody forgot, or misspelt, does not. */
function unscheduled(message: string): WaitState {
  if (!/persistentvolumeclaim ".*" not found/.test(message)) return queued(message);
  const hint = 'these are there: kubectl get persistentvolumeclaims; write one of them after "pvc:"';
  return { kind: 'failed', failure: { reason: 'node-error', detail: message, hint } };
}

function withoutPod(waiting: WaitFacts): WaitState {
  const { events, job, queue, standing } = waiting;
  // What was refused before a queue took it back is of no matter any more.
  if (job?.spec.suspend === true) return queued(suspended(waiting));
  const refusal = refusalIn(events);
  if (refusal !== undefined) return refusedPod(refusal, stoodTooLong(standing));
  return queued(queue === undefined ? 'the Job waits for its pod' : `the queue "${queue}" has let it go`);
}

function suspended({ queue, workload }: WaitFacts): string {
  if (queue === undefined) return 'the Job is suspended, and starts when somebody resumes it';
  const conditions = workload?.status?.conditions ?? [];
  const evicted = conditionOf(workload, 'Evicted');
  const held = conditions.find(({ type, status }) => type === 'QuotaReserved' && status === 'False');
  const why = [held?.message, evicted?.message].find((message) => message !== undefined && message !== '');
  const there = workload === undefined ? ', and nothing has said yet that it stands in it' : '';
  return `the queue "${queue}"${why === undefined ? ` has not admitted it${there}` : `: ${oneLine(why)}`}`;
}

function onNode(waiting: WaitFacts): WaitState {
  const { events, image, job, pod, pull, standing } = waiting;
  if (waitsForInputs(pod)) return queued('it waits for its inputs, which the process that started it brings');
  if (pull.failure !== undefined) return withoutImage(pull, pull.failure, image);
  const unmade = unmadeContainer(startingOf(pod), { job, isTooLong: stoodTooLong(standing) });
  if (unmade !== undefined) return unmade;
  const mounts = events.filter((event) => MOUNTS.has(event.reason ?? '')).at(-1)?.message;
  if (mounts !== undefined) return queued(oneLine(mounts));
  return { kind: 'pulling', detail: image };
}

function withoutImage(
  pull: Pull,
  { message, reason }: NonNullable<Pull['failure']>,
  image: string,
): WaitState {
  if (isGivenUp(pull)) return { kind: 'failed', failure: imageFailure(reason, message, image) };
  return { kind: 'pulling', detail: `${image}: ${message || reason}` };
}

const MOUNTS = new Set(['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox']);
