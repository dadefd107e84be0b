import { parseRepository } from '../oci/reference.ts';
import type { Reference } from '../oci/types.ts';
import type { Mirrors } from './plan.ts';

/** Where a base is read from: its registry's mirror (a host, or a host and a path before the name), else itself. */
export function mirrored(reference: Reference, { mirrors, baseRegistry }: Mirrors): Reference {
  const mirror =
    mirrors.get(reference.registry) ?? (reference.registry === 'docker.io' ? baseRegistry : undefined);
  if (mirror === undefined) return reference;
  return { ...reference, ...parseRepository(`${mirror}/${reference.path}`) };
}
