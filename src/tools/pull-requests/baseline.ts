/** What a change is compared with: the repository as it is without it. */
export interface Baseline {
  /** A file by its path from the folder of the spec; undefined: there is none. */
  read(path: string): Promise<string | undefined>;
}
