import { UserError } from '../../../../errors.ts';
import { type Job, Owned } from '../../api/answers.ts';
import type { ApiCall } from '../../api/client.ts';
import { ApiError, isReason, isStatus } from '../../api/errors.ts';
import type { Cluster } from '../cluster.ts';
import { LABEL, MANAGER } from '../names.ts';

/** Times that a creation is tried again which met a change of something else, such as a quota that two runs count on. */
const CONFLICTS = 5;
const PAUSE = 250;

/** Makes an object; undefined: there is one of that name. */
export async function createOnce(call: ApiCall, { api, clock }: Pick<Cluster, 'api' | 'clock'>) {
  for (let conflicts = 0; ; conflicts++) {
    try {
      return (await api.call(call)).value;
    } catch (error) {
      if (isReason(error, 'AlreadyExists')) return undefined;
      if (!isReason(error, 'Conflict') || conflicts === CONFLICTS) throw error;
      await clock.sleep(PAUSE * 2 ** conflicts, call.signal);
    }
  }
}

/** What a Job needs beside it, and goes away with it. */
export interface Need {
  readonly kind: 'Secret' | 'Service';
  /** Of the collection. */
  readonly path: string;
  readonly name: string;
  /** undefined: this run needs none. */
  readonly body: object | undefined;
}

export interface Owner {
  readonly job: Job;
  /** Whether another process made the Job, and perhaps what it needs. */
  readonly attached: boolean;
}

/** Seconds that what an earlier Job of the same name has left may take to go away. */
const REMOVAL_PATIENCE = 60;

/** One of that name that is there already must be the Job's own: values of another run are never used. */
export async function createOwned(
  need: Need,
  owner: Owner,
  cluster: Cluster,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { path, body } = need;
  if (body === undefined) return;
  for (let second = 0; ; second++) {
    if (await isMade(need, body, cluster, signal)) return;
    const found = await find(need, owner, cluster, signal);
    if (found === 'ours') return;
    if (found === 'foreign' || second === REMOVAL_PATIENCE) throw notOurs(need, path);
    await cluster.clock.sleep(1_000, signal);
  }
}

/** A refusal is told by the name of what was refused: the call has only that of its collection. */
async function isMade(
  { kind, name, path }: Need,
  body: object,
  cluster: Cluster,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  try {
    return (await createOnce({ method: 'POST', path, body, signal }, cluster)) !== undefined;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new UserError(`the ${kind} "${name}" was refused: ${error.message}`, {
      kind: error.kind,
      code: 'kubernetes',
      hint: error.findings[0]?.hint,
      cause: error,
    });
  }
}

/** `leaving`: it is being removed, or its Job is gone, so that the cluster removes it. */
type Found = 'ours' | 'leaving' | 'foreign';

async function find(
  need: Need,
  owner: Owner,
  cluster: Cluster,
  signal: AbortSignal | undefined,
): Promise<Found> {
  const path = `${need.path}/${need.name}`;
  try {
    const { value } = await cluster.api.call({ method: 'GET', path, signal, patience: 0 });
    return whose(Owned.parse(value), owner.job);
  } catch (error) {
    if (isStatus(error, 404)) return 'leaving';
    if (!isStatus(error, 403)) throw error;
    return unread(need, owner, error as ApiError, cluster);
  }
}

function whose({ metadata }: Owned, { metadata: job }: Job): Found {
  if (metadata.deletionTimestamp !== undefined) return 'leaving';
  const owners = metadata.ownerReferences ?? [];
  if (metadata.labels?.[LABEL.manager] !== MANAGER) return 'foreign';
  if (owners.some(({ uid }) => uid === job.uid)) return 'ours';
  return owners.some(({ kind, name }) => kind === 'Job' && name === job.name) ? 'leaving' : 'foreign';
}

/**
 * The least rights make Secrets and read none. Whoever made the Job has made its Secret as well, and a server that was away
 * a moment ago may have made it without its answer coming through; otherwise nobody knows whose it is.
 */
function unread({ kind, name }: Need, { attached }: Owner, error: ApiError, { progress }: Cluster): Found {
  if (!attached && error.repeat === undefined)
    throw new UserError(`the ${kind} "${name}" is there already, and may not be read to see whose it is`, {
      kind: 'unavailable',
      code: 'kubernetes',
      hint: `remove it, or allow "get" of ${kind.toLowerCase()}s, and start the run again`,
      cause: error,
    });
  progress(`the ${kind} "${name}" is there already, and may not be read: it is taken for that of the Job`);
  return 'ours';
}

function notOurs({ kind, name }: Need, path: string): UserError {
  const namespace = /namespaces\/([^/]+)/.exec(path)?.[1] ?? 'default';
  return new UserError(`the ${kind} "${name}" is there already, and does not belong to this run`, {
    kind: 'unavailable',
    code: 'kubernetes',
    hint: `see whose it is: kubectl --namespace ${namespace} get ${kind.toLowerCase()} ${name} -o yaml`,
  });
}
