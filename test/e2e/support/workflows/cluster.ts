import type { Program } from '../../../fakes/engine-server.ts';
import { type FakeKubernetes, startFakeKubernetes } from '../../../fakes/kubernetes/server.ts';

/** It can pull every image, and its queue lets each Job go at once. */
export async function startCluster(): Promise<FakeKubernetes> {
  const program: Program = ({ print }) => {
    print('trained on a node\n');
    return 0;
  };
  const cluster = await startFakeKubernetes(new Proxy({}, { get: () => program }));
  cluster.images.has = () => true;
  cluster.store.follow('jobs', 'ml', 0, ({ type, object }) => {
    if (type === 'ADDED') setImmediate(() => cluster.resume(object.metadata.name));
  });
  return cluster;
}

export function kubeconfigOf(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'lab',
    clusters: [{ name: 'lab', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'lab', user: { token: 'kube_canary' } }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab', namespace: 'ml' } }],
  });
}
