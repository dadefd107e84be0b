import { UserError } from '../../errors.ts';
import { isLoopback } from '../../io/http/address.ts';
import type { Repository } from '../../oci/types.ts';

/** Hosts whose API is elsewhere than their name says. */
const API_HOSTS: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/** Where a registry answers; without TLS only on this machine, as Docker does. */
export function endpointOf(registry: string): URL {
  const host = API_HOSTS[registry] ?? registry;
  if (!URL.canParse(`https://${host}`)) {
    throw new UserError(`"${registry}" is not a registry host`, { code: 'invalid-reference' });
  }
  const url = new URL(`https://${host}`);
  return isLoopback(url.hostname) ? new URL(`http://${host}`) : url;
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#endpoints */
export function urlOf({ registry, path }: Repository, rest: string): URL {
  return new URL(`/v2/${path}/${rest}`, endpointOf(registry));
}
