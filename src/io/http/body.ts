import type { Clock } from '../clock.ts';
import { networkError } from './network-error.ts';
import type { Response } from './response.ts';
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
export async function readBody({ status, headers, body }: Response, rules: BodyRules): Promise<Uint8Array> {
  const failed = status >= 300;
  if (isEncoded(headers)) {
    body.discard();
    if (failed) return new Uint8Array();
    throw encoded(rules.call);
  }
  return failed ? readStart(body, rules.clock) : readAll(body, rules);
}

/** The same bytes as they come, for a large answer; how fast it is taken is the reader's affair. */
export async function* streamBody(
  { headers, body }: Pick<Response, 'headers' | 'body'>,
  { call, limit }: Omit<BodyRules, 'clock'>,
): AsyncGenerator<Uint8Array> {
  if (isEncoded(headers)) {
    body.discard();
    throw encoded(call);
  }
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > limit) throw tooLarge(call, limit);
      yield chunk;
    }
  } catch (error) {
    throw networkError(error, call);
  }
}

function isEncoded(headers: Response['headers']): boolean {
  const encoding = headers.get('content-encoding');
  return encoding !== undefined && encoding !== 'identity';
}

function encoded(call: string): CallError {
  return new CallError(`${call}: the answer is compressed, which was not asked for`, { code: 'bad-answer' });
}

function tooLarge(call: string, limit: number): CallError {
  return new CallError(`${call}: the answer is larger than ${limit} bytes`, { code: 'bad-answer' });
}

async function readStart(body: AsyncIterable<Uint8Array>, clock: Clock): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const start = clock.now();
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= ERROR_LIMIT || clock.now() - start > GRACE) break;
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
    if (size > limit) throw tooLarge(call, limit);
    const time = clock.now() - start;
    if (time > LONGEST || (time > GRACE && size < time * SLOWEST)) {
      throw new CallError(`${call}: the answer arrives too slowly`, { code: 'unreachable', repeat: {} });
    }
  }
  return Buffer.concat(chunks);
}
