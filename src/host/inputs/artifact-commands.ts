import { resolve } from 'node:path';
import { INPUT_DEFAULTS, type Inputs } from '../../inputs/inputs.ts';

/** A command about an image in a registry, or about what is beside it; it reads no spec. */
export interface ArtifactCall {
  readonly command: 'sbom';
  /** A reference. */
  readonly image: string;
  readonly inputs: Inputs;
}

/** Brings outputs back from a registry. */
export interface PullCall {
  readonly command: 'pull';
  /** A run, or a digest. */
  readonly what: string;
  /** An absolute path; undefined: named after the run. */
  readonly to: string | undefined;
  /** Whether a registry was named. */
  readonly inputs: Inputs;
}

export interface PullOptions {
  readonly to?: string;
  readonly registry?: string;
  readonly json?: boolean;
}

export function sbomCall(image: string, folder: string): ArtifactCall {
  return { command: 'sbom', image, inputs: { ...INPUT_DEFAULTS, folder } };
}

export function pullCall(what: string, { to, registry, json = false }: PullOptions, cwd: string): PullCall {
  const named = registry === undefined ? {} : { registry: { kind: 'repository', text: registry } as const };
  return {
    command: 'pull',
    what,
    to: to === undefined ? undefined : resolve(cwd, to),
    inputs: { ...INPUT_DEFAULTS, folder: cwd, ...named, json },
  };
}
