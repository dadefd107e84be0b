import { apiOf, patchObject } from './api.ts';
import type { Cluster } from './cluster.ts';

/**
 * Gives the node so many devices that do not exist: the scheduler counts them, and no file of a device appears in a
 * container. Tests that run at the same time share the node, so one that counts on a number has a cluster of its own.
 */
export async function setDevices(
  cluster: Cluster,
  count: number,
  resource = 'nvidia.com/gpu',
): Promise<void> {
  // In a JSON pointer a slash within a name is written so (RFC 6901).
  const path = `/status/capacity/${resource.replaceAll('/', '~1')}`;
  const operation = { op: 'add', path, value: `${count}` };
  await patchObject(apiOf(cluster), `/api/v1/nodes/${cluster.node}/status`, [operation]);
}
