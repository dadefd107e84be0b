import type { Digest, Repository } from '../oci/types.ts';
import type { Connection } from './connection.ts';

/**
 * Removes a manifest with all of its tags, or one tag; false when it is not there.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#content-management
 */
export async function deleteManifest(
  connection: Connection,
  repository: Repository,
  name: Digest | { readonly tag: string },
): Promise<boolean> {
  const reference = typeof name === 'string' ? name : name.tag;
  const response = await connection.repeated({
    method: 'DELETE',
    repository,
    subject: `manifest ${repository.path}${typeof name === 'string' ? '@' : ':'}${reference}`,
    to: `manifests/${reference}`,
    actions: 'pull,push,delete',
    expect: [200, 202, 204, 404],
  });
  return response.status !== 404;
}
