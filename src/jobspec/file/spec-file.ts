/** A spec as it was found. */
export interface SpecFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Name of the format, a row of the table. */
  readonly format: string;
  /** Files that are laid over it, in this order, where the format merges several. */
  readonly over?: readonly Pick<SpecFile, 'path' | 'text'>[] | undefined;
}
