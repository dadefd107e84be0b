import { UserError } from '../../../../errors.ts';
import type { Access, Credentials } from '../access.ts';
import type { Given } from './credentials.ts';
import { raced } from './plugin.ts';

/** Milliseconds for which credentials are used again; programs that give them keep them longer by themselves. */
const FRESH = 60_000;
/** Milliseconds that whoever gives credentials may take. */
const CREDENTIALS_LIMIT = 60_000;

interface SharedOptions {
  readonly ask: (isRefused: boolean, signal: AbortSignal) => Promise<Given>;
  /** Who is asked, for the message that he is silent: the command of a program. */
  readonly asked: string;
  readonly limit: number | undefined;
}

/** One question to whoever gives credentials, which ends with the last of those who wait for its answer. */
class Question {
  readonly #closing = new AbortController();
  readonly #answer: Promise<Given>;
  readonly #at = performance.now();
  #waiting = 0;
  given: Given | undefined;
  isOver = false;

  constructor({ ask, asked, limit = CREDENTIALS_LIMIT }: SharedOptions, isRefused: boolean) {
    const timer = setTimeout(() => this.#closing.abort(silent(asked, limit)), limit);
    this.#answer = ask(isRefused, this.#closing.signal);
    this.#answer
      .then(
        (given) => {
          this.given = given;
        },
        () => {
          this.isOver = true;
        },
      )
      .finally(() => clearTimeout(timer));
  }

  isKnown(refused: Credentials | undefined): boolean {
    if (this.isOver) return false;
    if (this.given === undefined) return true;
    if (this.given.credentials === refused || performance.now() - this.#at >= FRESH) return false;
    return this.given.expires === undefined || this.given.expires > Date.now();
  }

  async wait(signal: AbortSignal | undefined): Promise<Credentials> {
    this.#waiting += 1;
    try {
      return (await raced(this.#answer, signal)).credentials;
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0 && this.given === undefined) {
        this.isOver = true;
        this.#closing.abort();
      }
    }
  }
}

/** All calls share what was given; whoever was refused with it has it asked for again, once for all of them. */
export function createSharedCredentials(options: SharedOptions): Access['credentials'] {
  let last: Question | undefined;
  return async ({ refused, signal } = {}) => {
    signal?.throwIfAborted();
    if (!last?.isKnown(refused))
      last = new Question(options, refused !== undefined && last?.given?.credentials === refused);
    return await last.wait(signal);
  };
}

function silent(asked: string, limit: number): UserError {
  return new UserError(`${asked} gave no credentials within ${limit / 1_000} s, and was ended`, {
    kind: 'unavailable',
    code: 'kubeconfig',
    hint: 'it may wait for a login in a browser or a terminal: log in before this step',
  });
}
