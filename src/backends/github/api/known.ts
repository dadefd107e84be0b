import type { WorkflowApi } from './api.ts';

/** Answers that GitHub need not give again. */
export interface KnownAnswers {
  /** undefined: it is not there. */
  get(path: string): Promise<unknown>;
}

interface Known {
  readonly etag: string;
  readonly value: unknown;
}

/** Addresses whose last answer is remembered. */
const MOST_KNOWN = 200;

/**
 * Asks whether something has changed since the last answer; who is told that it has not has used nothing of its rate:
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
 */
export function createKnownAnswers(api: WorkflowApi): KnownAnswers {
  const known = new Map<string, Known>();

  function remember(path: string, text: string, etag: string | undefined): unknown {
    const value: unknown = JSON.parse(text);
    if (etag !== undefined) known.set(path, { etag, value });
    const [oldest] = known.keys();
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
    return value;
  }

  return {
    async get(path) {
      const before = known.get(path);
      const { status, headers, text } = await api.call({
        method: 'GET',
        path,
        expect: [304, 404],
        headers: before === undefined ? {} : { 'if-none-match': before.etag },
      });
      if (status === 304) return before?.value;
      known.delete(path);
      return status === 404 ? undefined : remember(path, text, headers.get('etag'));
    },
  };
}
