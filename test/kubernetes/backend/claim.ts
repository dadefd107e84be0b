import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiOf, createObject, deleteObject } from '../api.ts';
import type { Cluster } from '../cluster.ts';
import type { TestNamespace } from '../namespace.ts';

export interface TestClaim {
  /** What is in it, on this machine. */
  readonly folder: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A claim of the namespace whose volume is a folder of this machine: whoever gives out volumes elsewhere is not needed. */
export async function testClaim(
  cluster: Cluster,
  namespace: TestNamespace,
  name: string,
): Promise<TestClaim> {
  const admin = apiOf(cluster);
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-claim-'));
  // A run may have any user.
  await chmod(folder, 0o777);
  const volume = `test-${randomBytes(4).toString('hex')}`;
  const common = { storageClassName: '', accessModes: ['ReadWriteMany'] };
  await createObject(admin, '/api/v1/persistentvolumes', {
    metadata: { name: volume },
    spec: { ...common, capacity: { storage: '1Gi' }, hostPath: { path: folder } },
  });
  await createObject(admin, `/api/v1/namespaces/${namespace.name}/persistentvolumeclaims`, {
    metadata: { name },
    spec: { ...common, volumeName: volume, resources: { requests: { storage: '1Gi' } } },
  });
  return {
    folder,
    async [Symbol.asyncDispose]() {
      await deleteObject(admin, `/api/v1/persistentvolumes/${volume}`);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
