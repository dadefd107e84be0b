import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createApi } from '../../../src/backends/kubernetes/api/client.ts';
import { exec } from '../../../src/backends/kubernetes/api/exec.ts';
import { loadKubeconfig } from '../../../src/backends/kubernetes/api/kubeconfig.ts';
import { systemClock } from '../../../src/io/clock.ts';
import { ensureScratchBase } from '../../engine/images/base.ts';
import { type Registry, startRegistry } from '../../engine/registry/registry.ts';
import { getObject, type KubernetesObject } from '../../kubernetes/api.ts';
import { ensureKubernetes, START_TIMEOUT_MS } from '../../kubernetes/cluster.ts';
import { type TestNamespace, testNamespace } from '../../kubernetes/namespace.ts';
import { describeOnKubernetes } from '../../kubernetes/real.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';
import { startStep } from '../support/runner.ts';

/** It saves for as long as nobody lets it go, so that the main step has ended by then. */
const SAVES = [
  'save() { echo saving; until [ -e tmp/out/go ]; do sleep 0.1; done; echo it >tmp/out/checkpoint; echo saved; exit 0; }',
  'trap save TERM; echo started; while :; do sleep 0.1; done',
].join('; ');

describeOnKubernetes('a step of a workflow whose job is on a cluster', () => {
  let registry: Registry;
  let namespace: TestNamespace;
  let repository: Repository;
  beforeAll(async () => {
    const cluster = await ensureKubernetes();
    registry = await startRegistry({ name: `cluster-cancel-${process.pid}` });
    const { reference } = await ensureScratchBase(registry);
    namespace = await testNamespace(cluster);
    repository = await repositoryWith({
      files: {
        'jobimg.yml': `run: '${SAVES}'\nimage: ${reference}\nbackend: { kubernetes: { run-as-user: 1000 } }\ncode: none\noutputs: [tmp/out/]\nstop-grace: 120s\ntimeout: 10m\n`,
      },
    });
  }, START_TIMEOUT_MS);
  afterAll(async () => {
    await namespace?.[Symbol.asyncDispose]();
    await registry?.stop();
    await repository?.[Symbol.asyncDispose]();
  }, START_TIMEOUT_MS);

  async function named(resource: 'jobs' | 'pods', job: string): Promise<readonly string[]> {
    const group = resource === 'jobs' ? 'apis/batch/v1' : 'api/v1';
    const path = `/${group}/namespaces/${namespace.name}/${resource}?labelSelector=jobimg.dev%2Fjob%3D${job}`;
    const { items } = await getObject<{ readonly items: readonly KubernetesObject[] }>(namespace.api, path);
    return items.map(({ metadata }) => metadata.name);
  }

  async function letGo(pod: string): Promise<void> {
    const access = await loadKubeconfig({
      env: { KUBECONFIG: namespace.kubeconfig, PATH: process.env['PATH'] },
      checkout: repository.folder,
    });
    const api = createApi({ access, clock: systemClock, log: () => undefined });
    const path = `/api/v1/namespaces/${namespace.name}/pods/${pod}`;
    const { exitCode } = await exec({ path, container: 'main', command: ['touch', 'tmp/out/go'] }, api);
    expect(exitCode).toBe(0);
  }

  // The runner sends SIGINT, then SIGTERM, and then SIGKILL to what is still there.
  it.each([
    ['ends by itself', 'term', ['SIGTERM', 'SIGKILL'], 130],
    ['hangs until it is killed', 'kill', ['SIGKILL'], 'SIGKILL'],
  ] as const)(
    'that is cancelled and %s leaves nothing running, and its post step brings what the job has saved',
    async (_, job, signals, code) => {
      await using step = await startStep({
        workspace: repository.folder,
        env: { ...registry.env, KUBECONFIG: namespace.kubeconfig },
        inputs: { registry: 'none', overrides: `name=${job}` },
      });

      await step.main.says(/^started$/m);
      step.main.kill('SIGINT');
      await step.main.says(/^saving$/m);
      for (const [index, signal] of signals.entries()) {
        step.main.kill(signal);
        if (index === 0) await step.main.ended;
      }
      const main = await step.ended();
      const [pod = ''] = await named('pods', job);
      await letGo(pod);
      const post = await step.post();

      expect(main.code).toBe(code);
      expect(post.log).toMatch(/^saved$/m);
      expect(post.log).toMatch(
        /^run \S+: stopped and removed: cancelled, exit code 0; its outputs are in \S+: tmp\/out\/checkpoint, tmp\/out\/go$/m,
      );
      expect(await named('jobs', job)).toEqual([]);
    },
  );
});
