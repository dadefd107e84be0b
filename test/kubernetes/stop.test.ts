import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { logFileOf } from '../../scripts/engine/daemon.mjs';
import { kill } from '../../scripts/engine/processes.mjs';
import { apiOf, createObject, getObject, untilSeen } from './api.ts';
import { type Cluster, ensureKubernetes, START_TIMEOUT_MS, stopKubernetes } from './cluster.ts';
import { PAUSE_IMAGE } from './compile/pause-image.ts';
import { leftOf } from './parts/clear-up.ts';
import { PARTS } from './parts/part.ts';
import { killPart, restartPart } from './parts/parts.ts';
import { daemonOf, pidOf, placeOf } from './parts/place.ts';
import { describeOnKubernetes } from './real.ts';

const WAIT_MS = 120_000;
const LOADER = fileURLToPath(new URL('../../scripts/typescript.mjs', import.meta.url));
const CLUSTER = new URL('./cluster.ts', import.meta.url).href;

describeOnKubernetes('the end of a cluster', () => {
  const name = `stop-${process.pid}`;
  const place = placeOf(name);
  let settings: string;

  beforeAll(() => {
    settings = settingsOfMachine();
  });

  afterAll(async () => {
    await stopKubernetes(name);
    for (const part of [...PARTS, 'owners']) rmSync(logFileOf(daemonOf(place, part)), { force: true });
  }, START_TIMEOUT_MS);

  it(
    'goes on when parts are killed and started again',
    async () => {
      const cluster = await ensureKubernetes({ name });
      const before = await runPod(cluster, 'first');

      for (const part of FRAGILE) await killPart(place, part);
      for (const part of [...FRAGILE].reverse()) await restartPart(place, part);

      await runPod(cluster, 'second');
      const path = '/api/v1/namespaces/default/pods/first';
      const { status } = await getObject<Pod>(apiOf(cluster), path);
      expect(status.containerStatuses).toEqual(before.status.containerStatuses);
    },
    START_TIMEOUT_MS,
  );

  it(
    'leaves no process, no mount, no cgroup and no file of a cluster that is stopped',
    async () => {
      const cluster = await ensureKubernetes({ name });
      await runPod(cluster, 'idle');
      expect(leftOf(place).length).toBeGreaterThan(PARTS.length);

      await stopKubernetes(name);

      expect(found(cluster)).toEqual([]);
      expect(settingsOfMachine()).toBe(settings);
    },
    START_TIMEOUT_MS,
  );

  it(
    'leaves nothing when its runtime and the run of the tests are killed',
    async () => {
      const owner = spawn(
        process.execPath,
        ['--import', LOADER, '--input-type=module', '--eval', OWNER, name],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      const [line] = (await once(owner.stdout, 'data')) as [Buffer];
      const cluster = JSON.parse(`${line}`) as Cluster;
      await runPod(cluster, 'idle');

      for (const part of ['kubelet', 'containerd'] as const) kill(pidOf(place, part));
      owner.kill('SIGKILL');

      const deadline = Date.now() + START_TIMEOUT_MS;
      while (found(cluster).length > 0 && Date.now() < deadline) await sleep(100);
      expect(found(cluster)).toEqual([]);
    },
    START_TIMEOUT_MS,
  );
});

const OWNER = `
import { ensureKubernetes } from '${CLUSTER}';
console.log(JSON.stringify(await ensureKubernetes({ name: process.argv[1] })));
setInterval(() => {}, 60_000);
`;

/** In the order in which they are killed. */
const FRAGILE = ['kubelet', 'kube-apiserver', 'etcd', 'containerd'] as const;

interface Pod {
  readonly status: { readonly phase: string; readonly containerStatuses?: readonly object[] };
}

/** A pod with a container, of the image that every node has. */
async function runPod(cluster: Cluster, name: string): Promise<Pod> {
  const container = { name: 'main', image: PAUSE_IMAGE, imagePullPolicy: 'Never' };
  const pods = '/api/v1/namespaces/default/pods';
  await createObject(apiOf(cluster), pods, { metadata: { name }, spec: { containers: [container] } });
  const one = `${pods}?fieldSelector=metadata.name%3D${name}`;
  const isRunning = (pod: Pod) => pod.status.phase === 'Running';
  return untilSeen(apiOf(cluster), one, isRunning, AbortSignal.timeout(WAIT_MS));
}

/** What a cluster that has ended may not leave. */
function found({ place, bridge }: Cluster): readonly string[] {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  const isOurs = (line: string): boolean => line.includes(place.state) || line.includes(place.run);
  return [
    ...leftOf(place).map((pid) => `process ${pid}`),
    ...mounts.filter(isOurs),
    ...cgroupsCalled(basename(place.cgroup)),
    ...[place.state, place.run, `/sys/class/net/${bridge}`].filter((folder) => existsSync(folder)),
  ];
}

/** In every hierarchy, whatever the code under test takes for one. */
function cgroupsCalled(name: string): readonly string[] {
  const root = '/sys/fs/cgroup';
  const folders = [root, ...readdirSync(root).map((entry) => join(root, entry))];
  return folders.map((folder) => join(folder, name)).filter((folder) => existsSync(folder));
}

/** The six that a kubelet sets. */
function settingsOfMachine(): string {
  const names = ['vm/overcommit_memory', 'vm/panic_on_oom', 'kernel/panic', 'kernel/panic_on_oops'];
  const keys = ['kernel/keys/root_maxkeys', 'kernel/keys/root_maxbytes'];
  return [...names, ...keys].map((name) => readFileSync(`/proc/sys/${name}`, 'utf8')).join('');
}
