import { loadKubeconfig } from '../../../src/backends/kubernetes/api/kubeconfig.ts';
import type { Cluster as Side } from '../../../src/backends/kubernetes/job/cluster.ts';
import { parseReference } from '../../../src/oci/reference.ts';
import type { Reference } from '../../../src/oci/types.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import type { Bench, ProgramName } from '../../backends/contract.ts';
import { runPlan, SECRET } from '../../backends/docker-bench.ts';
import { type KubernetesUnderTest, kubernetesOn } from '../../backends/kubernetes-bench.ts';
import { SHELL_PROGRAMS } from '../../backends/shell-programs.ts';
import { ensureScratchBase } from '../../engine/images/base.ts';
import { type Registry, startRegistry } from '../../engine/registry/registry.ts';
import { getObject } from '../api.ts';
import { type Cluster, ensureKubernetes } from '../cluster.ts';
import { type Rule, type TestNamespace, testNamespace } from '../namespace.ts';

export interface RealKubernetesBench extends Bench {
  readonly cluster: Cluster;
  readonly namespace: TestNamespace;
  readonly registry: Registry;
  readonly image: Reference;
  backend(changes?: Partial<Side>): KubernetesUnderTest;
  shell(text: string, changes?: Partial<RunPlan>): RunPlan;
  plan(program: ProgramName, changes?: Partial<RunPlan>): RunPlan;
}

/** The backend on the real cluster, in a namespace of its own, with a registry that wants a login. */
export async function startRealBench(name: string, rules?: readonly Rule[]): Promise<RealKubernetesBench> {
  const cluster = await ensureKubernetes();
  const registry = await startRegistry({ auth: 'basic', name: `kubernetes-${name}-${process.pid}` });
  const busybox = await ensureScratchBase(registry);
  const namespace = await testNamespace(cluster, rules);
  const env = { KUBECONFIG: namespace.kubeconfig, PATH: process.env['PATH'] };
  const access = await loadKubeconfig({ env, checkout: process.cwd() });
  const login = { server: registry.host, username: registry.username, password: registry.password };
  const image = imageIn(busybox.reference, busybox.digest);
  const placed = { backend: { name: 'kubernetes', options: {} } } as const;
  const backend = (changes: Partial<Side> = {}) =>
    kubernetesOn(access, { pullLogin: async () => login, ...changes });
  return {
    cluster,
    namespace,
    registry,
    image,
    backend,
    connect: () => backend().backend,
    shell: (text, changes) => runPlan(image, { kind: 'shell', shell: 'sh', text }, { ...placed, ...changes }),
    plan: (program, changes) =>
      program === 'missing'
        ? runPlan(image, { kind: 'arguments', words: ['no-such-command'] }, { ...placed, ...changes })
        : runPlan(
            image,
            { kind: 'shell', shell: 'sh', text: SHELL_PROGRAMS[program] },
            { ...placed, ...changes },
          ),
    async count(job) {
      const path = `/apis/batch/v1/namespaces/${namespace.name}/jobs?fieldSelector=metadata.name%3D${job}`;
      const { items } = (await getObject(namespace.api, path)) as unknown as {
        readonly items: readonly object[];
      };
      return items.length;
    },
    missingImage: { ...image, digest: `sha256:${'b'.repeat(64)}` },
    secret: SECRET,
    async close() {
      await namespace[Symbol.asyncDispose]();
      await registry.stop();
    },
  };
}

function imageIn(reference: string, digest: string): Reference & { readonly digest: `sha256:${string}` } {
  return { ...parseReference(reference), tag: undefined, digest: `sha256:${digest.replace('sha256:', '')}` };
}
