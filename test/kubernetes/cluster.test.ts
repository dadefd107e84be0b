import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Base, ensureBase } from '../../scripts/engine/base.mjs';
import { type Registry, startRegistry } from '../../scripts/engine/registry.mjs';
import { apiOf, createObject, getObject, getText, type KubernetesObject, untilSeen } from './api.ts';
import { type Cluster, ensureKubernetes, START_TIMEOUT_MS } from './cluster.ts';
import { setDevices } from './devices.ts';
import { type TestNamespace, testNamespace } from './namespace.ts';
import { pullSecret } from './pull-secret.ts';
import { describeOnKubernetes } from './real.ts';

const WAIT_MS = 240_000;

describeOnKubernetes('the cluster of the tests', () => {
  let cluster: Cluster;
  let namespace: TestNamespace;
  let registry: Registry;
  let python: Base;

  beforeAll(async () => {
    cluster = await ensureKubernetes();
    registry = await startRegistry({ auth: 'basic', name: `kubernetes-${process.pid}` });
    python = await ensureBase(registry);
    namespace = await testNamespace(cluster);
    await createObject(namespace.api, path('secrets'), pullSecret('pull', registry));
  }, START_TIMEOUT_MS);

  afterAll(async () => {
    await namespace[Symbol.asyncDispose]();
    await registry.stop();
  });

  function path(resource: string, group = 'api/v1'): string {
    return `/${group}/namespaces/${namespace.name}/${resource}`;
  }

  function jobs(resource = 'jobs'): string {
    return path(resource, 'apis/batch/v1');
  }

  function job(name: string, program: string, { pod, container, ...spec }: Changes = {}): object {
    const main = { name: 'main', image: python.reference, command: ['python3', '-c', program], ...container };
    const secrets = { imagePullSecrets: [{ name: 'pull' }] };
    const template = { spec: { restartPolicy: 'Never', ...secrets, containers: [main], ...pod } };
    return { metadata: { name }, spec: { backoffLimit: 0, ...spec, template } };
  }

  it(
    'runs a job, and tells its log and its exit code',
    async () => {
      await createObject(namespace.api, jobs(), job('seven', 'print("hello"); raise SystemExit(7)'));

      const ended = await untilEnded('seven');

      expect(exitCodesOf(ended)).toEqual([7]);
      expect(await getText(namespace.api, path(`pods/${ended.metadata.name}/log`))).toBe('hello\n');
    },
    WAIT_MS,
  );

  it(
    'pulls with the secret of the pod, and not without it',
    async () => {
      await createObject(namespace.api, jobs(), job('denied', 'pass', { pod: { imagePullSecrets: [] } }));

      const waiting = await untilPod('denied', (pod) => reasonOf(pod) !== undefined);

      expect(reasonOf(waiting)).toMatch(/^(ErrImagePull|ImagePullBackOff)$/);
    },
    WAIT_MS,
  );

  it(
    'lets two pods meet by the name of a headless service',
    async () => {
      const service = { clusterIP: 'None', selector: { 'job-name': 'pair' }, ports: [{ port: 29500 }] };
      await createObject(namespace.api, path('services'), { metadata: { name: 'pair' }, spec: service });

      await createObject(
        namespace.api,
        jobs(),
        job('pair', MEET, {
          completions: 2,
          parallelism: 2,
          completionMode: 'Indexed',
          pod: { subdomain: 'pair' },
        }),
      );

      const first = await untilPod('pair', (pod) => hasEnded(pod) && pod.spec.hostname === 'pair-0');
      expect(await getText(namespace.api, path(`pods/${first.metadata.name}/log`))).toBe('from pair-1\n');
      expect(exitCodesOf(first)).toEqual([0]);
    },
    WAIT_MS,
  );

  it(
    'counts devices that do not exist',
    async () => {
      const resource = `example.com/${namespace.name}`;
      const wanted = { resources: { limits: { [resource]: '1' } } };
      await createObject(namespace.api, jobs(), job('device', 'pass', { container: wanted }));
      const waiting = await untilPod('device', (pod) => conditionsOf(pod).length > 0);
      expect(conditionsOf(waiting)).toMatchObject([
        {
          type: 'PodScheduled',
          status: 'False',
          message: expect.stringContaining(`Insufficient ${resource}`),
        },
      ]);

      await setDevices(cluster, 1, resource);

      expect(exitCodesOf(await untilEnded('device'))).toEqual([0]);
    },
    WAIT_MS,
  );

  it('gives a user no right beyond the namespace', async () => {
    const elsewhere = getObject(namespace.api, '/apis/batch/v1/namespaces/default/jobs');

    await expect(elsewhere).rejects.toMatchObject({ status: 403 });
    await expect(getObject(apiOf(cluster), '/apis/batch/v1/namespaces/default/jobs')).resolves.toBeDefined();
  });

  function untilEnded(name: string): Promise<Pod> {
    return untilPod(name, hasEnded);
  }

  function untilPod(name: string, isAsked: (pod: Pod) => boolean): Promise<Pod> {
    const pods = path(`pods?labelSelector=job-name%3D${name}`);
    return untilSeen(namespace.api, pods, isAsked, AbortSignal.timeout(WAIT_MS));
  }
});

/** The first listens, and prints what the second says. The second asks until the name is known. */
const MEET = `
import os, socket, time
host = socket.gethostname()
if os.environ['JOB_COMPLETION_INDEX'] == '0':
    server = socket.create_server(('', 29500))
    connection, _ = server.accept()
    print(connection.recv(100).decode())
else:
    while True:
        try:
            connection = socket.create_connection(('pair-0.pair', 29500))
            break
        except OSError:
            time.sleep(0.2)
    connection.sendall(('from ' + host).encode())
`;

interface Changes {
  readonly pod?: object;
  readonly container?: object;
  readonly [field: string]: unknown;
}

interface Pod extends KubernetesObject {
  readonly spec: { readonly hostname?: string };
  readonly status: {
    readonly phase: string;
    readonly conditions?: readonly object[];
    readonly containerStatuses?: readonly {
      readonly state: {
        readonly waiting?: { readonly reason: string };
        readonly terminated?: { readonly exitCode: number };
      };
    }[];
  };
}

function hasEnded(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}

function exitCodesOf(pod: Pod): readonly (number | undefined)[] {
  return pod.status.containerStatuses?.map(({ state }) => state.terminated?.exitCode) ?? [];
}

function conditionsOf(pod: Pod): readonly object[] {
  return pod.status.conditions ?? [];
}

/** Why it waits, once that is more than that it is being made. */
function reasonOf(pod: Pod): string | undefined {
  const reason = pod.status.containerStatuses?.[0]?.state.waiting?.reason;
  return reason === 'ContainerCreating' ? undefined : reason;
}
