import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { inherited, jobimg } from '../e2e/support/jobimg.ts';
import { type Repository, repositoryWith } from '../e2e/support/repository.ts';
import { watch } from '../e2e/support/watched.ts';
import { ensureScratchBase } from '../engine/images/base.ts';
import { type Registry, startRegistry } from '../engine/registry/registry.ts';
import { getObject, type KubernetesObject } from '../kubernetes/api.ts';
import { ensureKubernetes, START_TIMEOUT_MS } from '../kubernetes/cluster.ts';
import { type TestNamespace, testNamespace } from '../kubernetes/namespace.ts';
import { startProxy, type Proxy as Way } from '../kubernetes/proxy.ts';
import { describeOnKubernetes } from '../kubernetes/real.ts';
import { sampleOf } from './sample.ts';

const WAIT_MS = 600_000;
const SAVES = [
  'save() { echo it >tmp/out/saved; echo saved; exit 0; }',
  'trap save TERM; echo started; while :; do sleep 0.1; done',
].join('; ');

const WAYS = [
  ['refuses', (proxy: Way) => proxy.refuse()],
  ['swallows', async (proxy: Way) => proxy.hold()],
] as const;

describeOnKubernetes('a run on kubernetes that is cancelled while its API server is away', () => {
  let proxy: Way;
  let registry: Registry;
  let namespace: TestNamespace;
  let repository: Repository;
  let root: string;
  beforeAll(async () => {
    proxy = await startProxy(await ensureKubernetes());
    registry = await startRegistry({ name: `cancelled-outage-${process.pid}` });
    const { reference } = await ensureScratchBase(registry);
    namespace = await testNamespace(proxy.cluster);
    root = await mkdtemp(join(tmpdir(), 'jobimg-cancelled-outage-'));
    repository = await repositoryWith({
      files: {
        'jobimg.yml': `run: '${SAVES}'\nimage: ${reference}\nbackend: { kubernetes: { run-as-user: 1000 } }\ncode: none\noutputs: [tmp/out/]\ntimeout: 10m\n`,
      },
    });
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await namespace?.[Symbol.asyncDispose]();
    await proxy?.[Symbol.asyncDispose]();
    await registry?.stop();
    await repository?.[Symbol.asyncDispose]();
    await rm(root, { recursive: true, force: true });
  }, START_TIMEOUT_MS);

  function start(job: string, grace: string) {
    const home = join(root, job);
    const around = { ...inherited(), ...registry.env, KUBECONFIG: namespace.kubeconfig };
    const env = { ...around, HOME: home, JOBIMG_STATE: join(home, 'state') };
    const words = ['--override', `name=${job}`, '--override', `stop-grace=${grace}`];
    const running = watch('cli.js', ['run', '--registry', 'none', ...words], { cwd: repository.folder, env });
    return { running, env, home };
  }

  async function jobsCalled(job: string): Promise<readonly string[]> {
    const path = `/apis/batch/v1/namespaces/${namespace.name}/jobs?labelSelector=jobimg.dev%2Fjob%3D${job}`;
    const { items } = await getObject<{ readonly items: readonly KubernetesObject[] }>(namespace.api, path);
    return items.map(({ metadata }) => metadata.name);
  }

  async function savedIn(home: string): Promise<readonly string[]> {
    const paths = await readdir(home, { recursive: true });
    // "latest" is a link to it.
    return paths.filter((path) => path.endsWith('tmp/out/saved') && !path.includes('/latest/'));
  }

  it.each(sampleOf(WAYS, 1))(
    'is stopped with its outputs when the server that %s all comes back within the grace, and nothing is left',
    async (way, begin) => {
      const { running, home } = start(`back-${way}`, '60s');

      await running.says(/^started$/m);
      await begin(proxy);
      running.kill('SIGINT');
      await running.says('trying again for ');
      await proxy.mend();
      const code = await running.ended;

      expect({ code, said: running.said() }).toEqual({ code: 130, said: expect.stringMatching(/^saved$/m) });
      expect(await savedIn(home)).toHaveLength(1);
      expect(await jobsCalled(`back-${way}`)).toEqual([]);
    },
    WAIT_MS,
  );

  it.each(sampleOf(WAYS, 1))(
    'says what goes on and what ends it when the server %s all for the whole grace, and that does end it',
    async (way, begin) => {
      const { running, env, home } = start(`gone-${way}`, '5s');

      await running.says(/^started$/m);
      await begin(proxy);
      running.kill('SIGINT');
      const code = await running.ended;
      await proxy.mend();
      const said = running.said();
      const [left = ''] = await jobsCalled(`gone-${way}`);
      const [command, run = ''] = /jobimg cancel (\S+)/.exec(said) ?? [];
      const listed = await jobimg(['ps'], { cwd: repository.folder, env });
      const ended = await jobimg(['cancel', run], { cwd: repository.folder, env });

      expect({ code, said }).toEqual({
        code: 130,
        said: expect.stringContaining(
          'could not be told to stop, and goes on there until its time limit of 10 min',
        ),
      });
      expect(command).toBe(`jobimg cancel ${left.replace(/^jobimg-/, '')}`);
      expect(listed.stdout + listed.stderr).toContain(run);
      expect(ended).toMatchObject({ code: 0 });
      expect(await savedIn(home)).toHaveLength(1);
      expect(await jobsCalled(`gone-${way}`)).toEqual([]);
    },
    WAIT_MS,
  );
});
