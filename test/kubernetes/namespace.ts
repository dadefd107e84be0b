import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Api, apiOf, createObject, deleteObject, untilSeen } from './api.ts';
import type { Cluster } from './cluster.ts';

const READY_TIMEOUT_MS = 120_000;

export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Everything within the namespace; a test of fewer rights names them. */
const EVERYTHING: readonly Rule[] = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }];

export interface TestNamespace {
  readonly name: string;
  /** The file of the user `deployer`, who has rights in this namespace alone. */
  readonly kubeconfig: string;
  /** What the user `deployer` may call. */
  readonly api: Api;
  /** Removes it with all that runs in it. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A namespace of one file of tests, so that several share a cluster. Pods can be made in it at once. */
export async function testNamespace(
  cluster: Cluster,
  rules: readonly Rule[] = EVERYTHING,
): Promise<TestNamespace> {
  const admin = apiOf(cluster);
  const name = `test-${randomBytes(4).toString('hex')}`;
  await createObject(admin, '/api/v1/namespaces', { metadata: { name } });
  await grant(admin, name, rules);
  await untilUsable(admin, name);
  return {
    name,
    kubeconfig: writeKubeconfig(cluster, name),
    api: apiOf(cluster, 'deployer'),
    [Symbol.asyncDispose]: () => deleteObject(admin, `/api/v1/namespaces/${name}`),
  };
}

async function grant(admin: Api, namespace: string, rules: readonly Rule[]): Promise<void> {
  const path = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  const metadata = { name: 'deployer' };
  await createObject(admin, `${path}/roles`, { metadata, rules });
  await createObject(admin, `${path}/rolebindings`, {
    metadata,
    subjects: [{ kind: 'User', name: 'deployer', apiGroup: 'rbac.authorization.k8s.io' }],
    roleRef: { kind: 'Role', name: 'deployer', apiGroup: 'rbac.authorization.k8s.io' },
  });
}

/** A pod without its account is refused, and one without the certificate of the cluster waits. */
async function untilUsable(admin: Api, namespace: string): Promise<void> {
  const signal = AbortSignal.timeout(READY_TIMEOUT_MS);
  const path = `/api/v1/namespaces/${namespace}`;
  await untilSeen(admin, `${path}/serviceaccounts?fieldSelector=metadata.name%3Ddefault`, () => true, signal);
  const certificate = 'configmaps?fieldSelector=metadata.name%3Dkube-root-ca.crt';
  await untilSeen(admin, `${path}/${certificate}`, () => true, signal);
}

function writeKubeconfig({ place, server, ca, tokens }: Cluster, namespace: string): string {
  const file = join(place.state, `${namespace}.kubeconfig`);
  const cluster = { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster }],
    users: [{ name: 'deployer', user: { token: tokens.deployer } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'deployer', namespace } }],
    'current-context': 'test',
  };
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config, null, 2), { mode: 0o600 });
  return file;
}
