import { CallError, hinted } from '../io/http/retry.ts';
import type { Repository } from '../oci/types.ts';
import type { Connection } from './connection.ts';
import { type RegistryError, registryErrorIn } from './protocol/errors.ts';
import { locationOf, startCall } from './upload.ts';

/** Why no upload may be started; one that may is given up at once. */
export async function uploadRefusal(
  connection: Connection,
  to: Repository,
): Promise<RegistryError | undefined> {
  try {
    const call = startCall(to, `uploads of ${to.path}`, 'blobs/uploads/');
    // Nothing was built yet.
    const response = await connection.retrying({ repository: to, actions: 'pull' }, () =>
      connection.once(call),
    );
    await giveUp(connection, to, locationOf(response, to));
    return undefined;
  } catch (error) {
    const refused = registryErrorIn(error);
    if (refused?.status === 401 || refused?.status === 403) return refused;
    throw refused === undefined ? withRepositoryHint(error, to) : error;
  }
}

/**
 * ECR only closes the connection to who pushes where nothing is (https://github.com/aws/containers-roadmap/issues/1970), or
 * without the right to (https://github.com/CircleCI-Public/aws-ecr-orb/issues/259).
 */
function withRepositoryHint(error: unknown, { path }: Repository): unknown {
  if (!(error instanceof CallError) || error.findings[0]?.hint !== undefined) return error;
  return hinted(
    error,
    `check that the repository "${path}" exists and that the login may push: some registries only end the connection`,
  );
}

/** An upload that is left alone ends by itself, so whatever the registry says to this is fine. */
async function giveUp(connection: Connection, to: Repository, location: URL): Promise<void> {
  const subject = `uploads of ${to.path}`;
  try {
    await connection.once({
      method: 'DELETE',
      repository: to,
      subject,
      to: location,
      actions: 'pull,push',
      expect: [204],
    });
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
  }
}
