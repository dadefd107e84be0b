import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { inherited } from '../e2e/support/jobimg.ts';
import { type Repository, repositoryWith } from '../e2e/support/repository.ts';
import { watch } from '../e2e/support/watched.ts';
import { ensureScratchBase } from '../engine/images/base.ts';
import { type Registry, startRegistry } from '../engine/registry/registry.ts';
import { getObject } from '../kubernetes/api.ts';
import { type Cluster, ensureKubernetes, START_TIMEOUT_MS, stopKubernetes } from '../kubernetes/cluster.ts';
import { type TestNamespace, testNamespace } from '../kubernetes/namespace.ts';
import type { PartName } from '../kubernetes/parts/part.ts';
import { killPart, restartPart } from '../kubernetes/parts/parts.ts';
import { startProxy } from '../kubernetes/proxy.ts';
import { describeOnKubernetes } from '../kubernetes/real.ts';
import { IS_WHOLE, tell } from './sample.ts';

const OUTAGE_MS = IS_WHOLE ? 30_000 : 2_000;
const WAIT_MS = 900_000;
const LINES_PER_SECOND = 4;
/** For twice as long as an outage, so that it begins and ends while the job writes. */
const LINES = (2 * LINES_PER_SECOND * OUTAGE_MS) / 1_000 + 10;

const COUNTS = [
  'i=0',
  `while [ $i -lt ${LINES} ]; do i=$((i+1)); echo line $i; sleep ${1 / LINES_PER_SECOND}; done`,
  'echo $i >tmp/out/count.txt',
].join('; ');

/** Each is the worst moment for itself: all of it goes at once, without a word. */
interface Outage {
  readonly begin: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
}

describeOnKubernetes('a follower of a run on kubernetes', () => {
  const name = `outages-${process.pid}`;
  let cluster: Cluster;
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  let registry: Registry;
  let namespace: TestNamespace;
  let repository: Repository;
  let root: string;
  beforeAll(async () => {
    // One whose parts are killed is nobody else's.
    cluster = await ensureKubernetes(IS_WHOLE ? { name } : {});
    proxy = await startProxy(cluster);
    registry = await startRegistry({ name });
    const { reference } = await ensureScratchBase(registry);
    namespace = await testNamespace(proxy.cluster);
    root = await mkdtemp(join(tmpdir(), 'jobimg-outages-'));
    const backend = '{ kubernetes: { run-as-user: 1000 } }';
    repository = await repositoryWith({
      files: {
        'jobimg.yml': `run: '${COUNTS}'\nimage: ${reference}\nbackend: ${backend}\ncode: none\noutputs: [tmp/out/]\ntimeout: 10m\n`,
      },
    });
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    if (IS_WHOLE) await stopKubernetes(name);
    // By the way of the proxy.
    else await namespace?.[Symbol.asyncDispose]();
    await proxy?.[Symbol.asyncDispose]();
    await registry?.stop();
    await repository?.[Symbol.asyncDispose]();
    await rm(root, { recursive: true, force: true });
  }, START_TIMEOUT_MS);

  const part = (one: PartName): Outage => ({
    begin: () => killPart(cluster.place, one),
    end: () => restartPart(cluster.place, one),
  });
  const cases: readonly (readonly [string, () => Outage])[] = [
    ['network, which refuses', () => ({ begin: () => proxy.refuse(), end: () => proxy.mend() })],
    ['network, which swallows', () => ({ begin: async () => proxy.hold(), end: () => proxy.mend() })],
    ['API server', () => part('kube-apiserver')],
    ['storage of the API server', () => part('etcd')],
    ['kubelet', () => part('kubelet')],
  ];

  it.each(IS_WHOLE ? cases : cases.slice(0, 1))(
    'loses no line, tells none twice and ends as its job did when it has no %s for a while',
    async (what, outageOf) => {
      const job = what.replace(/\W+/g, '-').toLowerCase();
      const home = join(root, job);
      const env = { ...inherited(), ...registry.env, KUBECONFIG: namespace.kubeconfig };
      const running = watch('cli.js', ['run', '--registry', 'none', '--override', `name=${job}`], {
        cwd: repository.folder,
        env: { ...env, HOME: home, JOBIMG_STATE: join(home, 'state') },
      });
      const outage = outageOf();

      await running.says(/^line 10$/m);
      await outage.begin();
      await sleep(OUTAGE_MS);
      await outage.end();
      const mended = performance.now();
      const code = await running.ended;

      const said = running.said();
      const files = await readdir(home, { recursive: true });
      const [log = ''] = files.filter((path) => path.endsWith('/log.txt'));
      const [count = ''] = files.filter((path) => path.endsWith('tmp/out/count.txt'));
      // Of a failure, all that was said counts.
      expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
      expect(linesIn(await readFile(join(home, log), 'utf8'))).toEqual(linesOf(LINES));
      expect(linesIn(said)).toEqual(linesOf(LINES));
      expect(await readFile(join(home, count), 'utf8')).toBe(`${LINES}\n`);
      expect(await jobsCalled(job)).toBe(0);
      tell(`outage-${job}`, { seconds: Math.round((performance.now() - mended) / 1_000) });
    },
    WAIT_MS,
  );

  async function jobsCalled(job: string): Promise<number> {
    const path = `/apis/batch/v1/namespaces/${namespace.name}/jobs?labelSelector=jobimg.dev%2Fjob%3D${job}`;
    return (await getObject<{ readonly items: readonly object[] }>(namespace.api, path)).items.length;
  }
});

function linesIn(text: string): readonly string[] {
  return text.split('\n').filter((line) => /^line \d+$/.test(line));
}

function linesOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `line ${index + 1}`);
}
