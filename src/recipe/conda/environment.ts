import type { Location } from '../../errors.ts';

/** The conda packages of an image, which are there before any package of PyPI. */
export interface CondaEnvironment {
  readonly packages: /** Whatever the channels have that day. */
    | { readonly kind: 'open'; readonly channels: readonly string[]; readonly specs: readonly string[] }
    /** A lock file of the repository. */
    | { readonly kind: 'lock'; readonly path: string };
  /** Variables of the image. */
  readonly variables: ReadonlyMap<string, string>;
  /** The Python that it names; without one it may still bring one along. */
  readonly python?: CondaPython | undefined;
}

export interface CondaPython {
  /** As it was written: `python=3.11`. */
  readonly text: string;
  /** As a set of versions, where it can be said as one. */
  readonly specifiers?: string | undefined;
  readonly location: Location;
}
