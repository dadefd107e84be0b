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

/** Of a run that goes on, only an answer counts: what is not available now says nothing about it. */
export async function orNoAnswer<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const isAway = error instanceof UserError && error.kind === 'unavailable' && !isPassing(error);
    throw isAway ? new NoAnswer(messageOf(error)) : error;
  }
}
