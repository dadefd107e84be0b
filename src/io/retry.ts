import { type ErrorOptions, UserError } from '../errors.ts';
import type { Clock } from './clock.ts';

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
  return copyOf(error, error.message, repeat);
}

export interface RetryOptions {
  readonly clock: Clock;
  /** One line per retry. */
  readonly log: (line: string) => void;
  /** The end of the time for all tries, by the clock; five minutes from now when not given. */
  readonly until?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const MAX_TRIES = 6;
const CALL_BUDGET = 5 * 60_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const LONGEST_ASKED_WAIT = 120_000;

/** Repeats what failed for a while, with random waits that grow; what the server asks for wins. */
export async function retrying<T>(options: RetryOptions, attempt: () => Promise<T>): Promise<T> {
  const until = options.until ?? options.clock.now() + CALL_BUDGET;
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      const wait = waitFor(error, {
        tries,
        left: until - options.clock.now(),
        random: options.clock.random(),
      });
      if (wait === undefined) throw afterTries(error, tries);
      options.log(`trying again in ${seconds(wait)}: ${error.message}`);
      await options.clock.sleep(wait, options.signal);
    }
  }
}

interface Situation {
  readonly tries: number;
  readonly left: number;
  readonly random: number;
}

/** Milliseconds until the next try; undefined: there is none. */
export function waitFor({ repeat }: CallError, { tries, left, random }: Situation): number | undefined {
  if (repeat === undefined || tries >= (repeat.most ?? MAX_TRIES)) return undefined;
  const wait = repeat.after ?? random * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries);
  return wait > LONGEST_ASKED_WAIT || wait > left ? undefined : wait;
}

function afterTries(error: CallError, tries: number): CallError {
  const asked = error.repeat?.after ?? 0;
  if (asked > LONGEST_ASKED_WAIT)
    return copyOf(error, `${error.message}; the server asks to wait ${seconds(asked)}`);
  return tries === 1 ? error : copyOf(error, `${error.message} (tried ${tries} times)`);
}

function copyOf(error: CallError, message: string, repeat?: Repeat): CallError {
  const [finding] = error.findings;
  const code = finding?.code ?? error.kind;
  return new CallError(message, { kind: error.kind, code, hint: finding?.hint, cause: error, repeat });
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
