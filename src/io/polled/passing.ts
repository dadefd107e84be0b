import { messageOf, UserError } from '../../errors.ts';

/** The place gave no answer, and may give one later. */
export class NoAnswer extends UserError {
  constructor(message: string) {
    super(message, { kind: 'unavailable', code: 'no-answer' });
  }
}

/** Whether there was no answer, so that asking later may help. */
export function isPassing(error: unknown): boolean {
  return error instanceof NoAnswer;
}

/** Milliseconds in which a place answers: a program of it, or a file system that it reads, may hang. */
const LONGEST = 300_000;

/**
 * Of a run that goes on, only an answer counts: what is not available now says nothing about it. `signal`: nobody waits for
 * the answer any more; what does not end by it is left alone.
 */
export async function orNoAnswer<T>(ask: (signal: AbortSignal) => Promise<T>, longest = LONGEST): Promise<T> {
  const signal = AbortSignal.timeout(longest);
  const silent = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(new NoAnswer(`it gave no answer within ${longest / 1_000} s`));
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([ask(signal), silent]);
  } catch (error) {
    const isAway = error instanceof UserError && error.kind === 'unavailable' && !isPassing(error);
    throw isAway ? new NoAnswer(messageOf(error)) : error;
  }
}
