import { type ErrorKind, type Finding, UserError } from '../../errors.ts';
import { errnoOf } from '../../io/errno.ts';
import type { KnownLayer } from '../remembered/layers.ts';

/** What a thread is made with. */
export interface PackingPlace {
  /** The repository's real folder. */
  readonly root: string;
  readonly tempFolder: string;
}

/** What a thread answers to a layer. */
export type PackAnswer =
  | { readonly kind: 'packed'; readonly layer: KnownLayer; readonly path: string }
  | { readonly kind: 'failed'; readonly error: SentError };

/** An error between threads, where classes and properties of errors are lost. */
export type SentError =
  | { readonly kind: ErrorKind; readonly findings: readonly Finding[] }
  | {
      readonly kind: undefined;
      readonly message: string;
      readonly stack: string | undefined;
      readonly code: string | undefined;
    };

export function sentError(error: unknown): SentError {
  if (error instanceof UserError) return { kind: error.kind, findings: error.findings };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { kind: undefined, message, stack, code: errnoOf(error) };
}

export function receivedError(sent: SentError): Error {
  if (sent.kind !== undefined) return UserError.of(sent.findings, sent.kind);
  const error = new Error(sent.message);
  if (sent.stack !== undefined) error.stack = sent.stack;
  return sent.code === undefined ? error : Object.assign(error, { code: sent.code });
}
