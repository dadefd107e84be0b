import type { Command } from 'commander';
import { INPUT_DEFAULTS, type Inputs } from '../../inputs/inputs.ts';

/** A command about an image in a registry, or about what is beside it; it reads no spec. */
export interface ArtifactCall {
  readonly command: 'sbom';
  /** A reference. */
  readonly image: string;
  readonly inputs: Inputs;
}

interface ArtifactContext {
  readonly cwd: string;
  add(name: string): Command;
  called(call: ArtifactCall): void;
}

export function addArtifactCommands({ cwd, add, called }: ArtifactContext): void {
  add('sbom')
    .description(
      'write to stdout what packages an image has, in SPDX; all of its layers are read, and nothing runs',
    )
    .argument('<image>', 'an image in a registry, such as ghcr.io/acme/train@sha256:…')
    .action((image: string) =>
      called({ command: 'sbom', image, inputs: { ...INPUT_DEFAULTS, folder: cwd } }),
    );
}
