/** What is wrong with an expression; the place is known to whoever asked for its value. */
export class TemplateError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
