import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { apiOf, createObject, type KubernetesObject, untilSeen } from '../api.ts';
import { type Cluster, ensureKubernetes, START_TIMEOUT_MS } from '../cluster.ts';
import { PAUSE_IMAGE } from '../compile/pause-image.ts';
import { type TestNamespace, testNamespace } from '../namespace.ts';
import { describeOnKubernetes } from '../real.ts';
import { QUEUE_LABEL } from './definitions.ts';
import type { Job } from './job.ts';
import { type Kueue, startKueue } from './kueue.ts';
import type { Condition } from './workload.ts';

const WAIT_MS = 120_000;
const NO_GPU = 0;

describeOnKubernetes('the stand-in for Kueue', () => {
  let cluster: Cluster;
  let namespace: TestNamespace;
  let kueue: Kueue;

  beforeAll(async () => {
    cluster = await ensureKubernetes();
    namespace = await testNamespace(cluster);
    kueue = await startKueue(cluster, namespace.name, { queues: ['gpu'], quota: NO_GPU });
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    await kueue[Symbol.asyncDispose]();
    await namespace[Symbol.asyncDispose]();
  });

  it(
    'holds a job until its devices fit, and starts it then',
    async () => {
      const made = await createJob('fits', 'gpu', 2);
      expect(made.spec.suspend).toBe(true);
      await untilCondition('fits', {
        type: 'QuotaReserved',
        status: 'False',
        reason: 'Pending',
        message:
          "couldn't assign flavors to pod set main: insufficient unused quota for nvidia.com/gpu in flavor default-flavor, 2 more needed",
      });

      await kueue.setQuota(2);

      await untilCondition('fits', { type: 'Admitted', status: 'True' });
      await untilJob('fits', ({ spec }) => spec.suspend === false);
    },
    WAIT_MS,
  );

  it(
    'suspends a job that is preempted, says so, and starts it again',
    async () => {
      await kueue.setQuota(NO_GPU);

      await kueue.preempt('fits');

      await untilJob('fits', ({ spec }) => spec.suspend === true);
      await untilCondition('fits', { type: 'Evicted', status: 'True', reason: 'Preempted' });
      await untilCondition('fits', { type: 'QuotaReserved', status: 'False' });

      await kueue.setQuota(2);
      await untilJob('fits', ({ spec }) => spec.suspend === false);
      await untilCondition('fits', { type: 'Evicted', status: 'False' });
    },
    WAIT_MS,
  );

  it(
    'says that a queue is not there',
    async () => {
      await createJob('lost', 'nowhere', 0);

      await untilCondition('lost', {
        type: 'QuotaReserved',
        reason: 'Inadmissible',
        message: "LocalQueue nowhere doesn't exist",
      });
    },
    WAIT_MS,
  );

  it(
    'leaves a job that names no queue alone',
    async () => {
      const made = await createJob('free', undefined, 0);

      expect(made.spec.suspend).not.toBe(true);
    },
    WAIT_MS,
  );

  function createJob(name: string, queue: string | undefined, devices: number): Promise<Job> {
    const limits = { resources: { limits: { 'nvidia.com/gpu': `${devices}` } } };
    const container = { name: 'main', image: PAUSE_IMAGE, imagePullPolicy: 'Never', ...limits };
    const labels = queue === undefined ? {} : { [QUEUE_LABEL]: queue };
    return createObject(namespace.api, `/apis/batch/v1/namespaces/${namespace.name}/jobs`, {
      metadata: { name, labels },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [container] } } },
    });
  }

  function untilJob(name: string, isAsked: (job: Job) => boolean): Promise<Job> {
    const path = `/apis/batch/v1/namespaces/${namespace.name}/jobs?fieldSelector=metadata.name%3D${name}`;
    return untilSeen(namespace.api, path, isAsked, AbortSignal.timeout(WAIT_MS));
  }

  /** The workload of a job is found by the label that Kueue gives it. */
  async function untilCondition(job: string, wanted: Partial<Condition>): Promise<void> {
    const { metadata } = await untilJob(job, () => true);
    const label = encodeURIComponent(`kueue.x-k8s.io/job-uid=${metadata.uid}`);
    const path = `/apis/kueue.x-k8s.io/v1beta1/namespaces/${namespace.name}/workloads?labelSelector=${label}`;
    const has = ({ status }: Workload): boolean =>
      status?.conditions?.some((condition) => isLike(condition, wanted)) ?? false;
    await untilSeen(apiOf(cluster), path, has, AbortSignal.timeout(WAIT_MS));
  }
});

interface Workload extends KubernetesObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

function isLike(condition: Condition, wanted: Partial<Condition>): boolean {
  return Object.entries(wanted).every(([key, value]) => condition[key as keyof Condition] === value);
}
