import { UserError } from '../../errors.ts';
import type { Descriptor, Manifest } from '../../oci/types.ts';
import { ARTIFACT_TYPE, EVIDENCE_ANNOTATION } from '../types.ts';
import { FILE_LAYER, TAR_LAYER } from './outputs-artifact.ts';

/** A layer of an artifact with outputs. What it says of paths is a stranger's text. */
export interface OutputsPart {
  /** The file that it is; undefined: a tar of several. */
  readonly file?: { readonly path: string; readonly executable: boolean } | undefined;
  readonly blob: Descriptor;
}

/** The layers of an artifact with the outputs of a run; throws for anything else. */
export function outputsParts(name: string, { artifactType, layers }: Manifest): readonly OutputsPart[] {
  if (artifactType !== ARTIFACT_TYPE.outputs) throw notOutputs(name);
  return layers.map((blob) => partOf(name, blob));
}

function partOf(name: string, blob: Descriptor): OutputsPart {
  if (blob.mediaType === TAR_LAYER) return { blob };
  const path = blob.annotations?.[EVIDENCE_ANNOTATION.title];
  if (blob.mediaType !== FILE_LAYER || path === undefined) throw notOutputs(name);
  const executable = blob.annotations?.[EVIDENCE_ANNOTATION.executable] === 'true';
  return { file: { path, executable }, blob };
}

function notOutputs(name: string): UserError {
  return new UserError(`"${name}" does not contain the outputs of a run`, {
    code: 'no-outputs',
    hint: 'name a run, an image, or an artifact that "outputs: { to: registry }" has pushed',
  });
}
