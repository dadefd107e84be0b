import type { Readable } from 'node:stream';
import type { EngineResponse } from './api.ts';
import { EngineError } from './error.ts';

/** Of what it says of a refusal. */
const MAX_ERROR = 16 * 1024;

/** Throws when it is longer than `limit` bytes. */
export async function readText(body: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) throw new EngineError(`the engine's answer is longer than ${limit} bytes`, undefined);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What the engine says of a status from 400 up. */
export async function refusal(response: EngineResponse): Promise<EngineError> {
  const text = await readText(response.body, MAX_ERROR).catch(() => '');
  return new EngineError(
    `the Docker engine answered ${response.status}: ${messageIn(text)}`,
    response.status,
  );
}

function messageIn(text: string): string {
  const [, quoted] = /^\s*\{\s*"message"\s*:\s*("(?:[^"\\]|\\.)*")/s.exec(text) ?? [];
  const message = quoted === undefined ? text : String(JSON.parse(quoted));
  return message.trim() || 'no reason given';
}
