import { CallError } from '../../io/http/retry.ts';
import { registryErrorIn } from '../protocol/errors.ts';

interface Attempt<T> {
  readonly call: (withLogin: boolean) => Promise<T>;
  readonly statusOf: (value: T) => number;
  /** The login is refused, and nobody needs one. */
  readonly onPublic: () => void;
}

type Outcome<T> = { readonly status: number; readonly value: T } | { readonly error: CallError };

/** By a token server, or by the registry. */
const REFUSED = new Set([400, 401, 403]);

/**
 * A login that expired, or that is for something else, is refused where none is needed: what is public is then read
 * without it. What is not public tells why the login was refused.
 */
export async function unlessPublic<T>({ call, statusOf, onPublic }: Attempt<T>): Promise<T> {
  const outcome = await outcomeOf(() => call(true), statusOf);
  if (!isRefused(outcome)) return settled(outcome);
  const openly = await outcomeOf(() => call(false), statusOf);
  if ('error' in openly || openly.status >= 400) return settled(outcome);
  onPublic();
  return openly.value;
}

async function outcomeOf<T>(call: () => Promise<T>, statusOf: (value: T) => number): Promise<Outcome<T>> {
  try {
    const value = await call();
    return { status: statusOf(value), value };
  } catch (error) {
    if (error instanceof CallError) return { error };
    throw error;
  }
}

function isRefused<T>(outcome: Outcome<T>): boolean {
  if ('value' in outcome) return REFUSED.has(outcome.status);
  const refused = registryErrorIn(outcome.error);
  return refused !== undefined && REFUSED.has(refused.status);
}

function settled<T>(outcome: Outcome<T>): T {
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}
