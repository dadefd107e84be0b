/** Where bases are read from; in no id. */
export interface Mirrors {
  readonly mirrors: ReadonlyMap<string, string>;
  readonly baseRegistry?: string | undefined;
}
