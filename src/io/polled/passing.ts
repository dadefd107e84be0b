import { UserError } from '../../errors.ts';

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
