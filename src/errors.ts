/** A place in one of the user's files; line and column count from 1. */
export interface Location {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** The caller gave the value: it stands in no file, and `file` is the name of the input. */
  readonly isInput?: true | undefined;
}

/** The one shape for annotations, stderr and `--json`. */
export interface Finding {
  readonly level: 'error' | 'warning' | 'notice';
  /** A stable kebab-case name for this kind of finding, for machines and for searching the docs. */
  readonly code: string;
  /** Lower case, no full stop, the offending value in quotes, so that messages compose. */
  readonly message: string;
  /** What to do next; a notice without it asks for nothing. */
  readonly hint?: string | undefined;
  readonly location?: Location | undefined;
}

/** Decides the exit code: input 1, usage 2, build 3, unavailable 4. */
export type ErrorKind = 'input' | 'usage' | 'build' | 'unavailable';

export interface ErrorOptions {
  readonly kind?: ErrorKind;
  readonly code?: string;
  readonly hint?: string | undefined;
  readonly location?: Location | undefined;
  readonly cause?: unknown;
}

/** Something the user can mend. Everything else that is thrown is a bug and keeps its stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly kind: ErrorKind;
  readonly findings: readonly Finding[];

  constructor(message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = options.kind ?? 'input';
    this.findings = [
      {
        level: 'error',
        code: options.code ?? this.kind,
        message,
        hint: options.hint,
        location: options.location,
      },
    ];
  }

  /** One error for many problems, so that all of them are told at once. */
  static of(findings: readonly Finding[], kind: ErrorKind = 'input'): UserError {
    const messages = findings
      .filter((finding) => finding.level === 'error')
      .map((finding) => finding.message);
    const error = new UserError(messages.join('\n'), { kind });
    Object.defineProperty(error, 'findings', { value: findings, enumerable: true });
    return error;
  }
}

const EXIT_CODES: Readonly<Record<ErrorKind, number>> = { input: 1, usage: 2, build: 3, unavailable: 4 };

/** Whether it was thrown because a signal told to stop: https://dom.spec.whatwg.org/#dom-abortsignal-reason */
export function isAbort(error: unknown): boolean {
  // Its class is another one for each part of Node, and for each of its contexts.
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';
}

/** As a shell has it for SIGINT. */
export const CANCELLED_EXIT_CODE = 130;

/** The exit code of the command line for anything that was thrown; 5 is a bug. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UserError ? EXIT_CODES[error.kind] : 5;
}

/** What an error of any kind says; it may quote somebody else. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The findings of an error that costs no more than what it stopped. */
export function warningsOf({ findings }: UserError): readonly Finding[] {
  return findings.map((finding) => ({ ...finding, level: 'warning' }));
}

/** Whether it is for the user, and says nothing but this. */
export function hasOnlyCode(error: unknown, code: string): error is UserError {
  return error instanceof UserError && error.findings.every((finding) => finding.code === code);
}
