import { INPUT_DEFAULTS, type Inputs } from '../../inputs/inputs.ts';

/** A command about an image in a registry, or about what is beside it; it reads no spec. */
export interface ArtifactCall {
  readonly command: 'sbom';
  /** A reference. */
  readonly image: string;
  readonly inputs: Inputs;
}

export function sbomCall(image: string, folder: string): ArtifactCall {
  return { command: 'sbom', image, inputs: { ...INPUT_DEFAULTS, folder } };
}
