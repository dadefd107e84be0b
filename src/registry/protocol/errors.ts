import type { ErrorKind } from '../../errors.ts';
import type { HttpResponse } from '../../io/http/fetch.ts';
import { CallError, type Repeat, retryAfter } from '../../io/http/retry.ts';
import type { Repository } from '../../oci/types.ts';
import { hintFor, type RegistryProblem } from './hint.ts';

/** An answer that says no; `problems` are the registry's own words. */
export class RegistryError extends CallError {
  readonly status: number;
  readonly problems: readonly RegistryProblem[];

  constructor(failure: Failure) {
    const { response, call } = failure;
    const problems = problemsOf(response);
    super(`${call}: ${reasonOf(response.status, problems)}`, {
      kind: kindOf(response.status),
      code: CODES[response.status] ?? 'registry-error',
      hint: hintFor({ ...failure, status: response.status, problems }),
      repeat: repeatOf(response),
    });
    this.status = response.status;
    this.problems = problems;
  }

  /** Whether the registry names one of these codes. */
  says(...codes: readonly string[]): boolean {
    return this.problems.some(({ code }) => codes.includes(code));
  }
}

/** The answer that says no, also where what failed was repeated. */
export function registryErrorIn(error: unknown): RegistryError | undefined {
  if (error instanceof RegistryError) return error;
  return error instanceof CallError ? registryErrorIn(error.cause) : undefined;
}

export interface Failure {
  readonly response: HttpResponse;
  /** `PUT manifest acme/train:env-… at ghcr.io` */
  readonly call: string;
  readonly repository: Repository;
  readonly pushing: boolean;
  /** Whether credentials went along. */
  readonly known: boolean;
}

const TEMPORARY = new Set([408, 425, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529]);
const CODES: Readonly<Record<number, string>> = {
  401: 'registry-denied',
  403: 'registry-denied',
  404: 'not-found',
};
const MAX_TEXT = 300;

function isTemporary(status: number): boolean {
  return TEMPORARY.has(status);
}

function repeatOf({ status, headers }: HttpResponse): Repeat | undefined {
  return isTemporary(status) ? { after: retryAfter(headers) } : undefined;
}

/** What rights and names are about is the user's to mend. */
function kindOf(status: number): ErrorKind {
  return [401, 403, 404].includes(status) ? 'input' : 'unavailable';
}

function reasonOf(status: number, problems: readonly RegistryProblem[]): string {
  const said = problems.map(({ code, message, detail }) =>
    [code, message, detail].filter(Boolean).join(': '),
  );
  return said.length === 0 ? `the answer was ${status}` : `${said.join('; ')} (${status})`;
}

interface ErrorBody {
  readonly errors?: unknown;
}

interface ErrorEntry {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly detail?: unknown;
}

/** Never more than text, on one line, cut: a registry's answer is nobody's word but its own. */
function problemsOf({ body, headers }: HttpResponse): readonly RegistryProblem[] {
  if (!(headers.get('content-type') ?? '').includes('json')) return [];
  const parsed = parseJson(new TextDecoder().decode(body));
  const { errors }: ErrorBody = isRecord(parsed) ? parsed : {};
  const entries: readonly ErrorEntry[] = Array.isArray(errors) ? errors.filter(isRecord) : [];
  return entries.slice(0, 5).map(({ code, message, detail }) => ({
    code: clean(code),
    message: clean(message),
    detail: clean(detail),
  }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The status alone then says what happened.
    return undefined;
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function clean(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return redact(oneLine(text)).slice(0, MAX_TEXT);
}

/** Control and format characters go, and what a runner would take for a command is broken. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replaceAll('##[', '# #[')
    .replace(/^\s*::/, ': :')
    .trim();
}

/** Queries of URLs carry signatures, and some servers repeat the header they were sent. */
export function redact(text: string): string {
  return text
    .replace(/(https?:\/\/)[^\s/"@]+@/g, '$1')
    .replace(/(https?:\/\/[^\s"?]+)\?[^\s"]*/g, '$1?…')
    .replace(/\b(Basic|Bearer)\s+[\w.~+/=-]{8,}/gi, '$1 …');
}
