/** What a job most likely starts, and why it was taken. */
export interface Entry {
  /** The file that it stands in. */
  readonly path: string;
  readonly text: string;
  readonly why: string;
  /** How it is started, where that is not by its path. */
  readonly start?:
    | { readonly run: string; readonly install?: boolean }
    | { readonly command: readonly string[] }
    | undefined;
}
