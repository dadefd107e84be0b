import { UserError } from '../errors.ts';
import type { Repository } from '../oci/types.ts';
import type { Tools } from '../tools.ts';

/** Before a build: nobody waits for an image that cannot be kept. */
export async function refuseReadOnly(repository: Repository, registry: Tools['registry']): Promise<void> {
  if (await registry.mayPush(repository)) return;
  const { registry: host, path } = repository;
  throw new UserError(`the login for ${host} may not push to "${path}"`, {
    code: 'no-push-rights',
    hint: 'give a login that may in `registry-auth` or with `docker login`, or keep images in the local engine with `registry: none`',
  });
}
