/** A synchronous, read-only view of the repository's small files; paths are relative, with `/`. */
export interface Tree {
  has(path: string): boolean;
  /** undefined when there is no such file; throws a UserError for one that is too large or no UTF-8. */
  text(path: string): string | undefined;
  /** Names of the entries of a folder, sorted; empty when there is none. */
  list(folder: string): readonly string[];
}
