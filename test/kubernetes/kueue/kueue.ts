// A stand-in for Kueue in one namespace: it holds Jobs that name a queue, starts them while their devices fit into a
// quota, and says so in the objects that Kueue writes. It has no cohorts, flavors, priorities or checks.
import { type Api, ApiError, apiOf, createObject, eventsOf, getObject, patchObject } from '../api.ts';
import type { Cluster } from '../cluster.ts';
import { GROUP, installKueue, QUEUE_LABEL } from './definitions.ts';
import { amountOf, byAge, endOf, type Job, queueOf } from './job.ts';
import { admitted, finished, preempted, readmitted, waiting, writeConditions } from './workload.ts';

const RESOURCE = 'nvidia.com/gpu';
const CLUSTER_QUEUE = 'cluster-queue';

export interface Kueue {
  /** How many devices all jobs of the namespace may use. What runs goes on. */
  setQuota(devices: number): Promise<void>;
  /** Suspends a job that was started, as for one of a higher priority. It starts again when it fits. */
  preempt(job: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function startKueue(
  cluster: Cluster,
  namespace: string,
  options: { readonly queues: readonly string[]; readonly quota: number },
): Promise<Kueue> {
  const admin = apiOf(cluster);
  await installKueue(admin);
  for (const name of options.queues) {
    const queue = { apiVersion: `${GROUP}/v1beta2`, kind: 'LocalQueue', metadata: { name } };
    const path = `/apis/${GROUP}/v1beta2/namespaces/${namespace}/localqueues`;
    await createObject(admin, path, { ...queue, spec: { clusterQueue: CLUSTER_QUEUE } });
  }
  await untilSuspends(admin, namespace);
  const controller = new Controller(admin, namespace, options.quota);
  const stop = new AbortController();
  const watching = watch(admin, namespace, controller, stop.signal);
  return {
    setQuota: (devices) => controller.setQuota(devices),
    preempt: (job) => controller.preempt(job),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await watching;
    },
  };
}

async function watch(
  admin: Api,
  namespace: string,
  controller: Controller,
  signal: AbortSignal,
): Promise<void> {
  const path = `/apis/batch/v1/namespaces/${namespace}/jobs?labelSelector=${encodeURIComponent(QUEUE_LABEL)}`;
  try {
    for await (const { type, object } of eventsOf<Job>(admin, path, signal)) {
      await controller.see(object, type === 'DELETED');
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A policy holds a moment after it was made: a Job is asked for that is not kept. */
async function untilSuspends(admin: Api, namespace: string): Promise<void> {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'none' }] } };
  const probe = { metadata: { name: 'probe', labels: { [QUEUE_LABEL]: 'none' } }, spec: { template } };
  for (let isSuspended = false; !isSuspended; ) {
    const path = `/apis/batch/v1/namespaces/${namespace}/jobs?dryRun=All`;
    isSuspended = (await createObject<Job>(admin, path, probe)).spec.suspend === true;
  }
}

class Controller {
  readonly #admin: Api;
  readonly #namespace: string;
  readonly #jobs = new Map<string, Job>();
  readonly #preempted = new Set<string>();
  #quota: number;
  /** One change is carried out after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor(admin: Api, namespace: string, quota: number) {
    this.#admin = admin;
    this.#namespace = namespace;
    this.#quota = quota;
  }

  see(job: Job, isDeleted: boolean): Promise<void> {
    if (isDeleted) this.#jobs.delete(job.metadata.name);
    else this.#jobs.set(job.metadata.name, job);
    return this.#inTurn(() => this.#reconcile());
  }

  setQuota(devices: number): Promise<void> {
    this.#quota = devices;
    return this.#inTurn(() => this.#reconcile());
  }

  preempt(name: string): Promise<void> {
    return this.#inTurn(async () => {
      const job = this.#jobs.get(name);
      if (!job) throw new Error(`no job of a queue is named "${name}"`);
      this.#preempted.add(job.metadata.uid);
      await this.#write(job, preempted());
      await this.#suspend(job, true);
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #reconcile(): Promise<void> {
    const jobs = [...this.#jobs.values()].sort(byAge);
    const active = jobs.filter((job) => endOf(job) === undefined);
    let used = active.filter(isStarted).reduce((sum, job) => sum + amountOf(job, RESOURCE), 0);
    for (const job of jobs) used += await this.#unlessGone(job, () => this.#reconcileOne(job, used));
  }

  async #reconcileOne(job: Job, used: number): Promise<number> {
    const end = endOf(job);
    if (!end) return isStarted(job) ? 0 : await this.#admit(job, used);
    await this.#write(job, finished(end.reason, end.message));
    return 0;
  }

  /** Its removal may not have been told yet. */
  async #unlessGone(job: Job, work: () => Promise<number>): Promise<number> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 404)) throw error;
      this.#jobs.delete(job.metadata.name);
      return 0;
    }
  }

  /** How many devices it takes now. */
  async #admit(job: Job, used: number): Promise<number> {
    if (!(await this.#queues()).includes(queueOf(job))) {
      await this.#write(job, waiting('Inadmissible', `LocalQueue ${queueOf(job)} doesn't exist`));
      return 0;
    }
    const amount = amountOf(job, RESOURCE);
    const missing = used + amount - this.#quota;
    if (missing > 0) {
      const message = `couldn't assign flavors to pod set main: insufficient unused quota for ${RESOURCE} in flavor default-flavor, ${missing} more needed`;
      await this.#write(job, waiting('Pending', message));
      return 0;
    }
    const wasPreempted = this.#preempted.has(job.metadata.uid);
    await this.#write(job, [...admitted(CLUSTER_QUEUE), ...(wasPreempted ? readmitted() : [])]);
    await this.#suspend(job, false);
    return amount;
  }

  async #queues(): Promise<readonly string[]> {
    const path = `/apis/${GROUP}/v1beta2/namespaces/${this.#namespace}/localqueues`;
    const { items } = await getObject<{ readonly items: readonly Job[] }>(this.#admin, path);
    return items.map(({ metadata }) => metadata.name);
  }

  #write(job: Job, conditions: Parameters<typeof writeConditions>[3]): Promise<void> {
    return writeConditions(this.#admin, this.#namespace, job, conditions);
  }

  async #suspend(job: Job, suspend: boolean): Promise<void> {
    const path = `/apis/batch/v1/namespaces/${this.#namespace}/jobs/${job.metadata.name}`;
    await patchObject(this.#admin, path, { spec: { suspend } });
    // Before the watch tells it: the quota is counted by what is known here.
    this.#jobs.set(job.metadata.name, { ...job, spec: { ...job.spec, suspend } });
  }
}

function isStarted(job: Job): boolean {
  return job.spec.suspend !== true;
}
