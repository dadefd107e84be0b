import type * as z from 'zod';
import { CallError } from '../../../io/http/retry.ts';
import { keeperOf, listOf, mainOf, Pod } from '../api/answers.ts';
import { isStatus } from '../api/errors.ts';
import { exec } from '../api/exec.ts';
import type { Try } from './ask-until.ts';
import { type Cluster, jobPath, podPath, podsPath, type Target } from './cluster.ts';
import { LABEL, OUTPUTS } from './names.ts';
import { stopCommand } from './scripts.ts';

const Pods = listOf(Pod);
type Pods = z.infer<typeof Pods>['items'];

export async function podsOf(run: string, { namespace }: Target, { api }: Cluster): Promise<Pods> {
  const query = { labelSelector: `${LABEL.run}=${run}` };
  const { value } = await api.call({ method: 'GET', path: podsPath(namespace), query });
  return Pods.parse(value).items;
}

/** What is gone already is fine. */
async function remove(
  cluster: Cluster,
  path: string,
  body: object,
  ...fine: readonly number[]
): Promise<void> {
  try {
    await cluster.api.call({ method: 'DELETE', path, body });
  } catch (error) {
    if (!isStatus(error, 404, ...fine)) throw error;
  }
}

/** Removes the Job, and with it all that it owns; `uid`: only that one, not another that has taken its name. */
export async function removeJob(target: Target, cluster: Cluster, uid?: string): Promise<void> {
  const preconditions = uid === undefined ? {} : { preconditions: { uid } };
  // Some versions leave the pods behind unless it is said.
  await remove(
    cluster,
    jobPath(target),
    { propagationPolicy: 'Background', ...preconditions },
    ...(uid === undefined ? [] : [409]),
  );
}

/** Milliseconds that the cluster gets beside the grace to remove a pod. */
const REMOVAL_PATIENCE = 30_000;

/** Ends what runs of it with this grace, and removes it; whether nothing of it is left. */
export async function cancelJob(
  run: string,
  target: Target,
  grace: number,
  cluster: Cluster,
): Promise<boolean> {
  const pods = await podsOf(run, target, cluster);
  await removeJob(target, cluster);
  // 0 would take the pod off the list while its processes may still run.
  const gracePeriodSeconds = Math.max(1, Math.ceil(grace));
  // Who may not remove pods waits for the grace that the Job has.
  for (const { metadata } of pods)
    await remove(cluster, podPath(target.namespace, metadata.name), { gracePeriodSeconds }, 403);
  const patience = gracePeriodSeconds * 1_000 + REMOVAL_PATIENCE;
  return await waitUntil(async () => (await podsOf(run, target, cluster)).length === 0, patience, cluster);
}

/** Ends the command of the job with this grace, and waits for that; its outputs are kept. */
export async function stopJob(run: string, target: Target, grace: number, cluster: Cluster): Promise<void> {
  if (!(await tellToStop(run, target, grace, cluster))) return;
  const hasEnded = async () => {
    const rest = await podsOf(run, target, cluster);
    return rest.every((one) => mainOf(one)?.state?.running === undefined);
  };
  await waitUntil(hasEnded, grace * 1_000 + REMOVAL_PATIENCE, cluster);
}

/**
 * Has the command of the job ended with this grace and its outputs kept; one that has not begun is removed, as is one of
 * which a node has not begun. A node of several that has ended is told to stay for as long. Whether any of it ran.
 */
export async function tellToStop(
  run: string,
  target: Target,
  grace: number,
  cluster: Cluster,
  tried?: Pick<Try, 'signal' | 'isLast'>,
): Promise<boolean> {
  const pods = (await podsOf(run, target, cluster)).filter(
    ({ metadata }) => metadata.deletionTimestamp === undefined,
  );
  const running = pods.filter((pod) => mainOf(pod)?.state?.running !== undefined);
  const ended = pods.filter((pod) => mainOf(pod)?.state?.terminated !== undefined);
  if (pods.length === 0 || running.length + ended.length < pods.length) {
    await removeJob(target, cluster);
    return false;
  }
  const tell = ({ metadata }: Pods[number]) => isTold(metadata.name, target, grace, cluster, tried);
  const kept = ended.filter((pod) => pods.length > 1 && keeperOf(pod)?.state?.running !== undefined);
  const [told] = await Promise.all([Promise.all(running.map(tell)), Promise.all(kept.map(tell))]);
  if (told.includes(false)) await removeJob(target, cluster);
  return running.length > 0;
}

/**
 * Tells the container that minds the command to end it, so that its outputs stay; false where that is not there. A
 * connection that fails is an error where it is tried again.
 */
async function isTold(
  pod: string,
  { namespace }: Target,
  grace: number,
  cluster: Cluster,
  { signal, isLast }: Partial<Pick<Try, 'signal' | 'isLast'>> = { isLast: true },
) {
  const command = stopCommand(grace);
  try {
    const { exitCode, stdout } = await exec(
      { path: podPath(namespace, pod), container: OUTPUTS, command, signal },
      cluster.api,
    );
    stdout.resume();
    return exitCode === 0;
  } catch (error) {
    if (!isLast && error instanceof CallError && error.repeat !== undefined) throw error;
    cluster.progress(`the pod ${pod} cannot be told to stop, and is removed: ${String(error)}`);
    return false;
  }
}

async function waitUntil(
  isSo: () => Promise<boolean>,
  patience: number,
  { clock }: Cluster,
): Promise<boolean> {
  const start = clock.now();
  while (!(await isSo())) {
    if (clock.now() - start > patience) return false;
    await clock.sleep(500);
  }
  return true;
}
