/** What is wrong with an expression; the place is known to whoever asked for its value. */
export class TemplateError extends Error {
  /** Whether it names what another run has left. */
  readonly isOfOtherRun: boolean;

  readonly hint: string | undefined;

  constructor(message: string, hint?: string, isOfOtherRun = false) {
    super(message);
    this.hint = hint;
    this.isOfOtherRun = isOfOtherRun;
  }
}
