import type { Access } from '../../src/backends/kubernetes/api/access.ts';
import { createConnection } from '../../src/backends/kubernetes/api/connection.ts';
import { createKubernetesBackend } from '../../src/backends/kubernetes/backend.ts';
import type { Cluster } from '../../src/backends/kubernetes/job/cluster.ts';
import { systemClock } from '../../src/io/clock.ts';
import type { RunPlan } from '../../src/run/types/plan.ts';
import type { Backend } from '../../src/tools/backend.ts';
import { type FakeKubernetes, startFakeKubernetes } from '../fakes/kubernetes/server.ts';
import type { Bench, ProgramName } from './contract.ts';
import { runPlan, SECRET } from './docker-bench.ts';
import { IMAGE, IMAGE_NAME, PROGRAMS } from './fake-bench.ts';

/** A backend on some cluster, and what it said. */
export interface KubernetesUnderTest {
  readonly backend: Backend;
  readonly progress: string[];
}

export function plainAccess(server: string, namespace?: string): Access {
  return { server, namespace, context: undefined, source: 'the test', credentials: async () => ({}) };
}

export function kubernetesOn(access: Access, changes: Partial<Cluster> = {}): KubernetesUnderTest {
  const progress: string[] = [];
  const log = (line: string): void => void progress.push(line);
  const clock = changes.clock ?? systemClock;
  const backend = createKubernetesBackend({
    ...createConnection({ access, clock, log }),
    clock,
    secrets: new Map([['SECRET', SECRET]]),
    pullLogin: async () => undefined,
    progress: log,
    ...changes,
  });
  return { backend, progress };
}

/** A run of a cluster. */
export function clusterPlan(program: string, changes: Partial<RunPlan> = {}): RunPlan {
  const command = { kind: 'shell', shell: 'bash', text: program } as const;
  return runPlan(IMAGE, command, { backend: { name: 'kubernetes', options: {} }, ...changes });
}

export interface FakeKubernetesBench extends Bench {
  readonly cluster: FakeKubernetes;
  plan(program: ProgramName, changes?: Partial<RunPlan>): RunPlan;
}

export async function startKubernetesBench(): Promise<FakeKubernetesBench> {
  const cluster = await startFakeKubernetes(PROGRAMS);
  cluster.images.add(IMAGE_NAME);
  return {
    cluster,
    connect: () => kubernetesOn(plainAccess(cluster.url)).backend,
    plan: clusterPlan,
    count: async (name) => cluster.store.list('jobs').filter(({ metadata }) => metadata.name === name).length,
    missingImage: { ...IMAGE, digest: `sha256:${'b'.repeat(64)}` },
    secret: SECRET,
    close: () => cluster.close(),
  };
}
