import type { LaunchFailure } from '../../../../run/reason.ts';
import { conditionOf, type Event, type Job, type Pod, startingOf, type Workload } from '../../api/answers.ts';
import { waitsForInputs } from '../../inputs/bring.ts';
import { oneLine } from '../one-line.ts';
import { imageFailure } from './image.ts';
import { isGivenUp, type Pull } from './pulls.ts';

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
}

export type WaitState =
  | { readonly kind: 'queued' | 'pulling'; readonly detail: string }
  | { readonly kind: 'failed'; readonly failure: LaunchFailure };

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

function queued(detail: string): WaitState {
  return { kind: 'queued', detail };
}

function withoutPod(waiting: WaitFacts): WaitState {
  const { events, job, queue } = waiting;
  const refused = events.filter(({ reason }) => reason === 'FailedCreate').at(-1)?.message;
  if (refused !== undefined) return refusedPod(oneLine(refused));
  if (job?.spec.suspend === true) return queued(suspended(waiting));
  return queued(queue === undefined ? 'the Job waits for its pod' : `the queue "${queue}" has let it go`);
}

/** A quota gets free by itself; whatever else admission says, it says again. */
function refusedPod(message: string): WaitState {
  if (message.includes('exceeded quota')) return queued(message);
  const detail = `the cluster refuses its pod: ${message}`;
  return { kind: 'failed', failure: { reason: 'node-error', detail, hint: refusalHint(message) } };
}

function refusalHint(message: string): string {
  if (/violates PodSecurity/.test(message) && /runAsNonRoot/.test(message))
    return 'the namespace takes no pod that may be root: write "run-as-user: 1000" below "backend.kubernetes"';
  if (/(?:minimum|maximum) .* usage per |maximum .* to limit ratio/.test(message))
    return 'ask for what the namespace gives to one container: kubectl describe limitrange';
  if (/failed quota: .*must specify/.test(message))
    return 'write "cpu" and "memory" in the spec: a quota of the namespace counts them';
  if (/serviceaccount ".*" not found/i.test(message))
    return 'write a "service-account" that the namespace has';
  if (/PriorityClass/i.test(message)) return 'write a "priority-class" that the cluster has';
  if (/RuntimeClass/i.test(message)) return 'write a "runtime-class" that the cluster has';
  return 'change what is refused below "backend.kubernetes", or use another namespace';
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
  const { events, image, pod, pull } = waiting;
  if (waitsForInputs(pod)) return queued('it waits for its inputs, which the process that started it brings');
  if (pull.failure !== undefined) return withoutImage(pull, pull.failure, image);
  const state = startingOf(pod)?.state?.waiting;
  const { reason, message } = { reason: state?.reason ?? '', message: oneLine(state?.message ?? '') };
  if (CANNOT_START.has(reason)) return cannotStart(reason, message);
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
const CANNOT_START = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

function cannotStart(reason: string, message: string): WaitState {
  // The Secret is made right after the Job, and the kubelet looks again.
  if (/^secret ".*" not found/.test(message)) return queued(`${reason}: ${message}`);
  const hint = /non-root|runAsNonRoot/i.test(message)
    ? 'the image runs as root: give another user with "run-as-user" below "backend.kubernetes"'
    : 'see the events of its pod: kubectl describe pod';
  return { kind: 'failed', failure: { reason: 'node-error', detail: `${reason}: ${message}`, hint } };
}
