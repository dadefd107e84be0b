import type { Mirrors } from '../jobspec/job/mirrors.ts';
import { isLoopback } from '../jobspec/values/index-url.ts';
import { parseRepository } from '../oci/reference.ts';
import type { Reference } from '../oci/types.ts';

/** Where a base is read from: its registry's mirror (a host, or a host and a path before the name), else itself. */
export function mirrored(reference: Reference, { mirrors, baseRegistry }: Mirrors): Reference {
  const mirror =
    mirrors.get(reference.registry) ?? (reference.registry === 'docker.io' ? baseRegistry : undefined);
  if (mirror === undefined) return reference;
  return { ...reference, ...parseRepository(`${mirror}/${reference.path}`) };
}

/** The same for an index of packages; undefined when its host has no mirror. */
export function mirroredUrl(url: string, { mirrors }: Mirrors): string | undefined {
  const { host, pathname } = new URL(url);
  const mirror = mirrors.get(host);
  return mirror === undefined ? undefined : `${mirrorAddress(mirror)}${pathname}`;
}

/** A mirror of this machine alone is spoken to without TLS, as a registry of it is. */
export function mirrorAddress(mirror: string): string {
  const scheme = isLoopback(new URL(`http://${mirror}`).hostname) ? 'http' : 'https';
  return `${scheme}://${mirror}`;
}
