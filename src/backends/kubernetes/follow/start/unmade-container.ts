import type { ContainerStatus, Job } from '../../api/answers.ts';
import { oneLine } from '../one-line.ts';
import { isOfCommand, startFailure } from '../start-failure.ts';
import { queued, type WaitState } from './wait-state.ts';

/** Reasons of a container that the kubelet could not make, and tries to make again. */
const UNMADE = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError']);

export function isUnmade(container: ContainerStatus | undefined): boolean {
  return UNMADE.has(container?.state?.waiting?.reason ?? '');
}

interface Unmade {
  readonly job: Job | undefined;
  /** Whether it stands for longer than what may pass does. */
  readonly isTooLong: boolean;
}

/**
 * A Secret or a ConfigMap may still be made, and a runtime, a plugin of devices or a network come back. The image and
 * the command stay as they are. undefined: nothing is wrong with it.
 */
export function unmadeContainer(
  container: ContainerStatus | undefined,
  { job, isTooLong }: Unmade,
): WaitState | undefined {
  if (!isUnmade(container)) return undefined;
  const { reason = '', message: said = '' } = container?.state?.waiting ?? {};
  const message = oneLine(said);
  if (isOfCommand(message)) return { kind: 'failed', failure: startFailure(message) };
  const isRoot = /non-root|runAsNonRoot/i.test(message);
  if (!(isRoot || isTooLong || lacksOwnKey(message, job))) return queued(`${reason}: ${message}`);
  const hint = isRoot
    ? 'the image runs as root: give another user with "run-as-user" below "backend.kubernetes"'
    : 'see the events of its pod: kubectl describe pod';
  return { kind: 'failed', failure: { reason: 'node-error', detail: `${reason}: ${message}`, hint } };
}

/** Objects of the run itself are made as a whole; those of others may get the key yet. */
function lacksOwnKey(message: string, job: Job | undefined): boolean {
  const [, name = ''] = /couldn't find key \S+ in (?:Secret|ConfigMap) [^/\s]+\/(\S+)/.exec(message) ?? [];
  return job !== undefined && name.startsWith(`${job.metadata.name}-`);
}
