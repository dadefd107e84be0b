import { textOf } from '../io/exec.ts';
import type { Digest } from '../oci/types.ts';
import type { Asking } from './builder-platforms.ts';

/**
 * Images that the builder has fetched before, by digest; undefined when it does not tell:
 * https://docs.docker.com/reference/cli/docker/buildx/du/
 */
export async function heldImages({
  buildx,
  builder,
  env,
  start,
}: Asking): Promise<ReadonlySet<Digest> | undefined> {
  const args = [
    ...buildx.before,
    'du',
    '--verbose',
    ...(builder === undefined ? [] : ['--builder', builder]),
  ];
  const child = start(buildx.command, args, { env });
  const [text] = await Promise.all([textOf(child.stdout), textOf(child.stderr)]);
  const { code } = await child.ended();
  return code === 0 ? readHeld(text) : undefined;
}

/** `Description:	pulled from docker.io/library/python:3.13@sha256:…` */
export function readHeld(text: string): ReadonlySet<Digest> {
  const found = text.matchAll(/^Description:\s+pulled from \S+@(sha256:[0-9a-f]{64})$/gm);
  return new Set([...found].map(([, digest]) => digest as Digest));
}
