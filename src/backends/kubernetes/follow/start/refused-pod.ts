import type { Event } from '../../api/answers.ts';
import { oneLine } from '../one-line.ts';
import { queued, type WaitState } from './wait-state.ts';

/** Admission has looked at the pod: https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/ */
const FINAL = /is forbidden|is invalid/i;
/** What stands in a refusal that the same pod does not get again: admission itself failed, or lacked what comes soon. */
const PASSES =
  /object has been modified|internal error|time[d-]? ?out|deadline exceeded|looking up service account|status unknown for quota|not yet ready|retry after|connection refused/i;

/** What the controller of the Job was told last when it made a pod; undefined: nothing. */
export function refusalIn(events: readonly Event[]): string | undefined {
  const message = events.filter(({ reason }) => reason === 'FailedCreate').at(-1)?.message;
  return message === undefined ? undefined : oneLine(message);
}

/** A quota gets free by itself. */
export function isQuota(refusal: string): boolean {
  return refusal.includes('exceeded quota');
}

/** The controller goes on to ask, and may be heard; what admission has decided, it decides again. */
export function refusedPod(refusal: string, isTooLong: boolean): WaitState {
  const isFinal = FINAL.test(refusal) && !PASSES.test(refusal);
  if (isQuota(refusal) || !(isFinal || isTooLong)) return queued(refusal);
  const detail = `the cluster refuses its pod: ${refusal}`;
  return { kind: 'failed', failure: { reason: 'node-error', detail, hint: hintFor(refusal) } };
}

function hintFor(message: string): string {
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
