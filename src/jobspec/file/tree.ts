/** Makes a text of the bytes of a file; what it cannot read is a UserError. */
export type Decode = (bytes: Uint8Array, path: string) => string;

/** A synchronous, read-only view of the repository's small files; paths are relative, with `/`. */
export interface Tree {
  has(path: string): boolean;
  /** undefined when there is no such file; throws a UserError for one that is too large or not UTF-8, unless `decode` reads it. */
  text(path: string, decode?: Decode): string | undefined;
  /** Names of the entries of a folder, sorted; empty when there is none. */
  list(folder: string): readonly string[];
}
