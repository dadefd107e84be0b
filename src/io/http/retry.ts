import { type ErrorOptions, UserError } from '../../errors.ts';
import type { Clock } from '../clock.ts';

/** How a failed call may be repeated. */
export interface Repeat {
  /** Milliseconds that the server asks to wait. */
  readonly after?: number | undefined;
  /** Tries in all, when fewer than usual make sense. */
  readonly most?: number | undefined;
}

/** A call that failed; without `repeat` there is no sense in trying again. */
export class CallError extends UserError {
  readonly repeat: Repeat | undefined;

  constructor(message: string, options: ErrorOptions & { readonly repeat?: Repeat | undefined } = {}) {
    super(message, { kind: 'unavailable', ...options });
    this.repeat = options.repeat;
  }
}

/** The same failure, repeated another way. */
export function repeatable(error: CallError, repeat: Repeat): CallError {
  return copyOf(error, { repeat });
}

/** The same failure, with what to do next. */
export function hinted(error: CallError, hint: string): CallError {
  return copyOf(error, { hint, repeat: error.repeat });
}

export interface RetryOptions {
  readonly clock: Clock;
  /** One line per retry. */
  readonly log: (line: string) => void;
  /** Milliseconds after the first failure in which another try begins. */
  readonly patience?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Nothing is lost yet: a server that restarts comes back meanwhile, and who mistyped its name is told soon. */
export const SHORT_PATIENCE = 90_000;
/** What was built, or came from far, would be lost. */
export const LONG_PATIENCE = 5 * 60_000;
/** Where one try alone takes longer than the patience. */
const LEAST_TRIES = 4;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
export const LONGEST_ASKED_WAIT = 120_000;

/** Repeats what failed for a while, with random waits that grow; what the server asks for is the least. */
export async function retrying<T>(options: RetryOptions, attempt: () => Promise<T>): Promise<T> {
  const { clock, log, signal, patience = SHORT_PATIENCE } = options;
  let first: number | undefined;
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      first ??= clock.now();
      const failing = clock.now() - first;
      const wait = waitFor(error, { tries, failing, patience, random: clock.random() });
      if (wait === undefined) throw afterTries(error, tries, failing);
      log(`trying again in ${seconds(wait)}: ${error.message}`);
      await clock.sleep(wait, signal);
    }
  }
}

interface Situation {
  readonly tries: number;
  /** Milliseconds since the first failure. */
  readonly failing: number;
  readonly patience: number;
  readonly random: number;
}

/** Milliseconds until the next try; undefined: there is none. */
export function waitFor({ repeat }: CallError, situation: Situation): number | undefined {
  const { tries, failing, patience, random } = situation;
  if (repeat === undefined || tries >= (repeat.most ?? Number.POSITIVE_INFINITY)) return undefined;
  if (tries >= LEAST_TRIES && failing >= patience) return undefined;
  const { after = 0 } = repeat;
  return after > LONGEST_ASKED_WAIT ? undefined : Math.max(after, ownWait(tries, random));
}

/** Never nothing: servers that fail at once would be asked thousands of times. */
function ownWait(tries: number, random: number): number {
  return Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries) * (0.5 + random / 2);
}

function afterTries(error: CallError, tries: number, failing: number): CallError {
  const asked = error.repeat?.after ?? 0;
  if (asked > LONGEST_ASKED_WAIT)
    return copyOf(error, { message: `${error.message}; the server asks to wait ${seconds(asked)}` });
  if (tries === 1) return error;
  return copyOf(error, { message: `${error.message} (tried ${tries} times in ${seconds(failing)})` });
}

interface Changes {
  readonly message?: string;
  readonly hint?: string;
  readonly repeat?: Repeat | undefined;
}

function copyOf(error: CallError, changes: Changes): CallError {
  const [finding] = error.findings;
  const { message = error.message, hint = finding?.hint, repeat } = changes;
  const code = finding?.code ?? error.kind;
  return new CallError(message, { kind: error.kind, code, hint, cause: error, repeat });
}

/**
 * `Retry-After` in milliseconds; a date is read against the answer's own `Date`, so that no clock of ours counts.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function retryAfter(headers: ReadonlyMap<string, string>): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const span = Date.parse(value) - Date.parse(headers.get('date') ?? '');
  return Number.isNaN(span) ? undefined : Math.max(0, span);
}

function seconds(milliseconds: number): string {
  return `${Math.round(milliseconds / 100) / 10} s`;
}
