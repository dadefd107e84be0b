import { LINUX_AMD64 } from '../../oci/platform.ts';
import type { Platform } from '../../oci/types.ts';

/** What the packages of an image are chosen for. */
export interface Target {
  /** As Python names it: `x86_64`, `aarch64`. */
  readonly machine: string;
  /** `3.12`, or a release of it; undefined: only the base knows. */
  readonly python: string | undefined;
}

/** Bytes that an installation fetches at least: what its lock leaves open counts nothing. */
export type Downloads = (target: Target) => number;

const MACHINES: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'aarch64' };

export function targetOf(
  { architecture }: Platform = LINUX_AMD64,
  python: string | undefined = undefined,
): Target {
  return { machine: MACHINES[architecture] ?? architecture, python };
}
