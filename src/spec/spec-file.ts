/** A spec as it was found. */
export interface SpecFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Name of the format, a row of the table. */
  readonly format: string;
}
