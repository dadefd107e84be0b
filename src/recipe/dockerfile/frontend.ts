import type { Reference } from '../../oci/types.ts';

/** 1.10 as `[1, 10]`. */
export type Release = readonly [major: number, minor: number];

/** Whether a frontend is at least of this release; undefined: its name does not tell. */
export function isSince(frontend: Reference, release: Release): boolean | undefined {
  const its = releaseOf(frontend);
  if (its === undefined || its === 'newest') return its && true;
  return its[0] > release[0] || (its[0] === release[0] && its[1] >= release[1]);
}

/** `newest` for a tag that moves with the releases. */
function releaseOf({ tag, digest }: Reference): Release | 'newest' | undefined {
  const [, major, minor] = /^(\d+)(?:\.(\d+))?(?:\.\d+)?(?:-[a-z]+)?$/.exec(tag ?? '') ?? [];
  if (major !== undefined && minor !== undefined) return [Number(major), Number(minor)];
  const moves = tag === undefined || major !== undefined || /^(?:latest|labs|master(?:-labs)?)$/.test(tag);
  return moves && digest === undefined ? 'newest' : undefined;
}

/** The first frontends with heredocs, in which steps of ours are written too. */
export const HEREDOCS: Release = [1, 4];
/** The first with variables of a `RUN` from secrets; BuildKit has had it since 0.16. */
export const SECRET_VARIABLES: Release = [1, 10];

/** https://docs.docker.com/reference/dockerfile/ , "Minimum Dockerfile version"; `-labs` has some earlier. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ['keep-git-dir', '1.1'],
  ['chmod', '1.2'],
  ['mount', '1.2'],
  ['network', '1.3'],
  ['link', '1.4'],
  ['checksum', '1.6'],
  ['unpack', '1.17'],
  ['exclude', '1.19'],
  ['parents', '1.20'],
  ['security', '1.20'],
  ['device', '1.14-labs'],
]);

/** What an error of BuildKit's asks for that other frontends have. */
export function neededFrontend(error: string): string | undefined {
  const flag = /unknown flag: (?:--)?([a-z-]+)/.exec(error)?.[1];
  if (flag !== undefined) return needs(`--${flag}`, FLAGS.get(flag));
  const key = /unexpected key '([a-z]+)' in '\1=/.exec(error)?.[1];
  return key === 'env' ? needs('a variable from a secret', SECRET_VARIABLES.join('.')) : undefined;
}

function needs(what: string, release: string | undefined): string | undefined {
  if (release === undefined) return undefined;
  const labs = release.endsWith('-labs');
  return `${what} needs the frontend docker/dockerfile:${release} or newer: write "# syntax=docker/dockerfile:1${labs ? '-labs' : ''}" as the first line of the Dockerfile`;
}
