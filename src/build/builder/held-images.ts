import type { Digest } from '../../oci/types.ts';

/**
 * Images that a builder has fetched before, by digest, from the answer of `docker buildx du --verbose`:
 * https://docs.docker.com/reference/cli/docker/buildx/du/
 * `Description:	pulled from docker.io/library/python:3.13@sha256:…`
 */
export function readHeld(text: string): ReadonlySet<Digest> {
  const found = text.matchAll(/^Description:\s+pulled from \S+@(sha256:[0-9a-f]{64})$/gm);
  return new Set([...found].map(([, digest]) => digest as Digest));
}
