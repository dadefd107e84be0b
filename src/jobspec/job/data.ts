import type { Location } from '../../errors.ts';

/** A file, or a folder of the repository, that the run finds in its container. */
export interface InputFile {
  readonly name: string;
  readonly from: InputSource;
  /** Hex; a file is checked against it, and kept for later runs. */
  readonly sha256?: string | undefined;
  /** Absolute, in the container. What is in a folder of the repository stands right in it. */
  readonly folder: string;
  /** The path of a file, relative to `folder`. */
  readonly file: string;
  readonly location?: Location | undefined;
}

/** A folder of the machine, or a claim of a cluster, in the container. */
export interface MountPoint {
  /** An absolute path, or `pvc:<name>/<path>`. */
  readonly from: string;
  readonly to: string;
  readonly readOnly: boolean;
  readonly location?: Location | undefined;
}

/** A folder in the container that later runs of the same repository and trust find again. */
export interface Cache {
  readonly name: string;
  readonly path: string;
  /** The variable that is set to the path; undefined: none. */
  readonly env?: string | undefined;
  readonly location?: Location | undefined;
}

/** Where an input comes from: an address, or a file or folder of the repository. */
export type InputSource = { readonly url: string } | { readonly path: string };
