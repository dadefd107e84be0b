import { readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inherited } from '../e2e/support/jobimg.ts';
import { type Repository, repositoryWith } from '../e2e/support/repository.ts';
import { watch } from '../e2e/support/watched.ts';
import { ensureTorchBase } from '../engine/images/base.ts';
import { type Registry, startRegistry } from '../engine/registry/registry.ts';
import { deleteObject, getObject, type KubernetesObject } from '../kubernetes/api.ts';
import { type Cluster, ensureKubernetes } from '../kubernetes/cluster.ts';
import { setDevices } from '../kubernetes/devices.ts';
import { type Kueue, startKueue } from '../kubernetes/kueue/kueue.ts';
import { type TestNamespace, testNamespace } from '../kubernetes/namespace.ts';
import { describeOnKubernetes } from '../kubernetes/real.ts';
import { IS_WHOLE } from './sample.ts';

interface Objects {
  readonly items: readonly KubernetesObject[];
}

const WAIT_MS = 600_000;
/** The image is made from Debian's packages, once for a machine. */
const IMAGE_TIMEOUT_MS = 1_800_000;
const NODES = 2;
const GPUS = 1;

const TRAIN = `
import os, time
import torch
import torch.distributed as dist

dist.init_process_group("gloo")
total = torch.tensor([float(dist.get_rank() + 1)])
dist.all_reduce(total)
line = f"rank {dist.get_rank()} of {dist.get_world_size()} on node {os.environ['NODE_RANK']} has {int(total)}\\n"
os.write(1, line.encode())
while "STAYS" in os.environ:
    dist.all_reduce(total)
    time.sleep(0.2)
dist.destroy_process_group()
`;

/** The first example of the page, word for word but for the place of its program, which is an input here. */
function exampleOfDocs(): string {
  const page = readFileSync('docs/multi-node.md', 'utf8');
  return /^```yaml\n(.*?)^```$/ms.exec(page)?.[1]?.replace('train.py', '/inputs/code/train.py') ?? '';
}

// Three minutes, and an image that takes minutes once: too much for each `npm test`.
const describeWhole = IS_WHOLE ? describeOnKubernetes : describe.skip;

describeWhole('torch.distributed on two nodes, started as the documents say', () => {
  let cluster: Cluster;
  let registry: Registry;
  let namespace: TestNamespace;
  let kueue: Kueue;
  let repository: Repository;
  let home: string;
  beforeAll(async () => {
    // Of its own, for it counts on a number of devices.
    cluster = await ensureKubernetes({ name: 'all-reduce' });
    await setDevices(cluster, NODES * GPUS);
    registry = await startRegistry({ name: `all-reduce-${process.pid}` });
    const { reference } = await ensureTorchBase(registry);
    namespace = await testNamespace(cluster);
    kueue = await startKueue(cluster, namespace.name, { queues: ['gpu'], quota: NODES * GPUS });
    home = await mkdtemp(join(tmpdir(), 'jobimg-all-reduce-'));
    // An image as it is, and the program beside it: no engine has to build anything.
    const spec = `${exampleOfDocs()}image: ${reference}\ncode: none\ninputs: { code: train.py }\n`;
    repository = await repositoryWith({ files: { 'jobimg.yml': spec, 'train.py': TRAIN } });
  }, IMAGE_TIMEOUT_MS);
  afterAll(async () => {
    await kueue?.[Symbol.asyncDispose]();
    await namespace?.[Symbol.asyncDispose]();
    await registry?.stop();
    await repository?.[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  }, WAIT_MS);

  function start(...overrides: readonly string[]) {
    const env = { ...inherited(), ...registry.env, KUBECONFIG: namespace.kubeconfig, HOME: home };
    const here = [`nodes=${NODES}`, `gpu=${GPUS}`, `backend.kubernetes.namespace=${namespace.name}`];
    const words = [...here, ...overrides].flatMap((one) => ['--override', one]);
    return watch('cli.js', ['run', '--registry', 'none', ...words], {
      cwd: repository.folder,
      env: { ...env, JOBIMG_STATE: join(home, 'state') },
    });
  }

  async function podOfNode(node: number, job: string): Promise<string> {
    const pods = `/api/v1/namespaces/${namespace.name}/pods`;
    const label = `batch.kubernetes.io/job-completion-index%3D${node},jobimg.dev%2Fjob%3D${job}`;
    const { items } = await getObject<Objects>(namespace.api, `${pods}?labelSelector=${label}`);
    return `${pods}/${items[0]?.metadata.name}`;
  }

  async function leftOf(job: string): Promise<readonly string[]> {
    const jobs = `/apis/batch/v1/namespaces/${namespace.name}/jobs?labelSelector=jobimg.dev%2Fjob%3D${job}`;
    return (await getObject<Objects>(namespace.api, jobs)).items.map(({ metadata }) => metadata.name);
  }

  it(
    'sums over the processes of both',
    async () => {
      const running = start('name=sum');
      const code = await running.ended;
      const logs = (await readdir(home, { recursive: true })).filter((path) =>
        path.endsWith('log.node-1.txt'),
      );

      expect({ code, said: running.said() }).toEqual({
        code: 0,
        said: expect.stringMatching(/^rank 0 of 2 on node 0 has 3$/m),
      });
      expect(await readFile(join(home, logs[0] ?? ''), 'utf8')).toMatch(/^rank 1 of 2 on node 1 has 3$/m);
      expect(await leftOf('sum')).toEqual([]);
    },
    WAIT_MS,
  );

  it(
    'ends on both when the pod of one is taken away',
    async () => {
      const running = start('name=killed', 'env.STAYS=1', 'stop-grace=5s');
      await running.says('has 3');
      await deleteObject(namespace.api, await podOfNode(1, 'killed'));
      const code = await running.ended;

      expect({ code, said: running.said() }).toEqual({
        // What torchrun gives when it gets SIGTERM.
        code: 1,
        said: expect.stringContaining('node 1 of 2 failed first'),
      });
      expect(await leftOf('killed')).toEqual([]);
    },
    WAIT_MS,
  );
});
