/** Why a line cannot be installed: what it is, and what to write. */
export interface Misfit {
  /** Lines of one kind are told once for each file, for a list of a wrong kind has hundreds. */
  readonly kind: string;
  readonly code: string;
  /** As it follows the line: `is a line of "conda list --export"`. */
  readonly is: string;
  readonly hint: string;
}
