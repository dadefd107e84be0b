import { isDigest } from '../oci/digest.ts';
import type { Digest } from '../oci/types.ts';
import { readCarried } from '../plan/inputs-annotation.ts';

/** The bases that an image names with their digests, as in-toto names what something was made from; each once, sorted. */
export function baseResources(carried: readonly (string | undefined)[]): readonly object[] {
  const inputs = carried.flatMap((text) => [...(readCarried(text)?.values() ?? [])]);
  const bases = inputs.flatMap((named) => [...named].flatMap(baseOf));
  const distinct = new Map(bases.map((base) => [`${base.name} ${base.digest}`, base]));
  return [...distinct]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { name, digest }]) => imageResource(name, digest));
}

/** A resource descriptor of in-toto: https://github.com/in-toto/attestation/blob/main/spec/v1/resource_descriptor.md */
export function imageResource(name: string, digest: Digest): object {
  return { uri: `docker://${name}`, digest: { sha256: digest.slice('sha256:'.length) } };
}

/** The platform behind the name of a base says nothing that the digest does not. */
function baseOf([input, digest]: readonly [string, string]): readonly { name: string; digest: Digest }[] {
  const [, name] = /^base (\S+)(?: \(.*\))?$/.exec(input) ?? [];
  return name !== undefined && isDigest(digest) ? [{ name, digest }] : [];
}
