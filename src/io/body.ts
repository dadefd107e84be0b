import type { Dispatcher } from 'undici';
import type { Clock } from './clock.ts';
import { CallError } from './retry.ts';

export interface BodyRules {
  readonly call: string;
  /** Bytes. */
  readonly limit: number;
  readonly clock: Clock;
}

const ERROR_LIMIT = 16 * 1024;
const GRACE = 10_000;
const LONGEST = 5 * 60_000;
const SLOWEST = 1024 / 1000;

/**
 * The bytes of an answer, counted while they come. What tells of an error is cut; anything else too long, too slow or
 * encoded is refused: a server may send gzip though none was asked for, and a few bytes then become gigabytes.
 */
export async function readBody(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  rules: BodyRules,
): Promise<Uint8Array> {
  const failed = statusCode >= 300;
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    await body.dump({ limit: 0 });
    if (failed) return new Uint8Array();
    throw new CallError(`${rules.call}: the answer is compressed, which was not asked for`, {
      code: 'bad-answer',
    });
  }
  return failed ? readStart(body) : readAll(body, rules);
}

async function readStart(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= ERROR_LIMIT) break;
  }
  return Buffer.concat(chunks).subarray(0, ERROR_LIMIT);
}

async function readAll(
  body: AsyncIterable<Uint8Array>,
  { call, limit, clock }: BodyRules,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const start = clock.now();
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit)
      throw new CallError(`${call}: the answer is larger than ${limit} bytes`, { code: 'bad-answer' });
    const time = clock.now() - start;
    if (time > LONGEST || (time > GRACE && size < time * SLOWEST)) {
      throw new CallError(`${call}: the answer comes too slowly`, { code: 'unreachable', repeat: {} });
    }
  }
  return Buffer.concat(chunks);
}
