/** What Git's index has under one path, as far as it says what is tracked: https://git-scm.com/docs/index-format */
export interface IndexEntry {
  /** Relative to the work tree; empty where it stands for an entry of the shared index. */
  readonly path: string;
  readonly kind: 'file' | 'submodule' | 'folder';
}
