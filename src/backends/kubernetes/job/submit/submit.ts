import { messageOf, UserError } from '../../../../errors.ts';
import { NO_NETWORK, type RunNetwork } from '../../../../run/network/network.ts';
import type { RunPlan } from '../../../../run/types/plan.ts';
import { conditionOf, Job, Jobs } from '../../api/answers.ts';
import { isStatus } from '../../api/errors.ts';
import { type Cluster, jobPath, jobsPath, secretsPath, servicesPath, type Target } from '../cluster.ts';
import { jobBody, optionsOf } from '../job.ts';
import { ANNOTATION, LABEL, labelValue, networkName, pullSecretName, secretName } from '../names.ts';
import { networkSecret } from '../network.ts';
import { headlessService } from '../nodes.ts';
import { removeJob } from '../remove.ts';
import { environmentSecret, type PullLogin, pullSecret } from '../secrets.ts';
import { createOnce, createOwned, type Need, type Owner } from './create.ts';

export interface SubmitResult {
  readonly job: Job;
  /** Whether it was there already. */
  readonly attached: boolean;
}

/** Makes the Job, and then what it needs; one of the same run that is there already is taken over. */
export async function submitJob(
  run: RunPlan,
  target: Target,
  cluster: Cluster,
  signal: AbortSignal | undefined,
): Promise<SubmitResult> {
  // Reading what this machine has takes as long as an answer of the cluster.
  const gathered = Promise.all([cluster.network?.(), loginFor(run, cluster)]);
  // What fails matters only where it is needed.
  gathered.catch(() => undefined);
  const live = await findLive(run, target, cluster, signal);
  if (live !== undefined) return { job: live, attached: true };
  const [network = NO_NETWORK, login] = await gathered;
  const named = optionsOf(run)['pull-secret'];
  const secret = named ?? (login === undefined ? undefined : pullSecretName(target.name));
  const body = jobBody(run, { namespace: target.namespace, pullSecret: secret, network });
  const submitted = await create(run, target, body, cluster, signal);
  try {
    await createNeeds(run, submitted, { network, login, namespace: target.namespace }, cluster, signal);
  } catch (error) {
    // Whoever broke it off has the Job removed himself, and one that was there before is not ours to remove.
    if (signal?.aborted || submitted.attached) throw error;
    throw await takenBack(error, submitted.job, target, cluster);
  }
  return submitted;
}

interface NeedFacts {
  readonly network: RunNetwork;
  readonly login: PullLogin | undefined;
  readonly namespace: string;
}

/** Whoever submits it again brings what a process that was killed in between did not. */
async function createNeeds(
  run: RunPlan,
  owner: Owner,
  { network, login, namespace }: NeedFacts,
  cluster: Cluster,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { job } = owner;
  const { name } = job.metadata;
  const secret = (name: string, body: object | undefined): Need => {
    return { kind: 'Secret', path: secretsPath(namespace), name, body };
  };
  const needs: readonly Need[] = [
    secret(networkName(name), networkSecret(run, job, network)),
    secret(pullSecretName(name), login === undefined ? undefined : pullSecret(run, job, login)),
    secret(secretName(name), environmentSecret(run, job, cluster.secrets)),
    { kind: 'Service', path: servicesPath(namespace), name, body: headlessService(run, job.metadata) },
  ];
  // At once, for the node of the pod may ask for them already; all are waited for, so that none comes after a removal.
  const made = await Promise.allSettled(needs.map((need) => createOwned(need, owner, cluster, signal)));
  const failed = made.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** A run that lacks what it needs is not left to the cluster. What comes back says whether anything is. */
async function takenBack(
  error: unknown,
  { metadata }: Job,
  target: Target,
  cluster: Cluster,
): Promise<unknown> {
  try {
    await removeJob(target, cluster, metadata.uid);
    return error;
  } catch (cause) {
    const finding = error instanceof UserError ? error.findings[0] : undefined;
    const message = `${messageOf(error)}; the Job "${target.name}" was made before, and stays: ${messageOf(cause)}`;
    return new UserError(message, {
      kind: 'unavailable',
      code: finding?.code ?? 'kubernetes',
      hint: `remove it: kubectl --namespace ${target.namespace} delete job ${target.name}`,
      cause: error,
    });
  }
}

async function loginFor(run: RunPlan, cluster: Cluster) {
  if (optionsOf(run)['pull-secret'] !== undefined || 'engineId' in run.image) return undefined;
  return await cluster.pullLogin(run.image);
}

/** A run of the same plan that an earlier attempt left: nothing is gained by a second one beside it. */
async function findLive(
  run: RunPlan,
  { namespace, name }: Target,
  { api }: Cluster,
  signal: AbortSignal | undefined,
): Promise<Job | undefined> {
  const labelSelector = `${LABEL.family}=${labelValue(run.family)}`;
  const { value } = await api.call({
    method: 'GET',
    path: jobsPath(namespace),
    query: { labelSelector },
    signal,
  });
  return Jobs.parse(value).items.find(
    (job) => job.metadata.name !== name && hasPlan(job, run.hash) && !isOver(job),
  );
}

export function hasPlan({ metadata }: Job, hash: string): boolean {
  return metadata.annotations?.[ANNOTATION.plan] === hash;
}

/** Whether it is finished, or is being removed. */
export function isOver(job: Job): boolean {
  return (
    job.metadata.deletionTimestamp !== undefined ||
    conditionOf(job, 'Complete', 'Failed', 'FailureTarget', 'SuccessCriteriaMet') !== undefined
  );
}

/** Seconds that one of the same name may take to go away. */
const REMOVAL_PATIENCE = 60;

async function create(
  run: RunPlan,
  target: Target,
  body: object,
  cluster: Cluster,
  signal: AbortSignal | undefined,
): Promise<SubmitResult> {
  const query = { fieldManager: 'jobimg', fieldValidation: 'Strict' };
  const call = { method: 'POST', path: jobsPath(target.namespace), query, body, signal } as const;
  for (let second = 0; ; second++) {
    const made = await createOnce(call, cluster);
    if (made !== undefined) return { job: Job.parse(made), attached: false };
    const there = await findJob(target, cluster, signal);
    if (there !== undefined && there.metadata.deletionTimestamp === undefined) {
      checkPlan(run, target, there);
      return { job: there, attached: true };
    }
    if (second === REMOVAL_PATIENCE) throw goesAway(target);
    await cluster.clock.sleep(1_000, signal);
  }
}

/** undefined: there is none. */
export async function findJob(
  target: Target,
  { api }: Pick<Cluster, 'api'>,
  signal?: AbortSignal,
): Promise<Job | undefined> {
  try {
    const { value } = await api.call({ method: 'GET', path: jobPath(target), signal });
    return Job.parse(value);
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

function checkPlan({ id, hash }: RunPlan, { name, namespace }: Target, job: Job): void {
  if (hasPlan(job, hash)) return;
  throw new UserError(`the run id "${id}" is already used by another plan`, {
    code: 'run-id',
    hint: `remove what is left of it: kubectl --namespace ${namespace} delete job ${name}`,
  });
}

function goesAway({ name, namespace }: Target): UserError {
  return new UserError(`the Job "${name}" has been removed, and is still there after ${REMOVAL_PATIENCE} s`, {
    kind: 'unavailable',
    code: 'kubernetes',
    hint: `see what holds it: kubectl --namespace ${namespace} get job ${name} -o yaml`,
  });
}
