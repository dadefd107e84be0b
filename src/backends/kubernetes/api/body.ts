import type { Readable } from 'node:stream';
import { CallError } from '../../../io/http/retry.ts';

export function jsonOf(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Its message would quote the answer, which may be a Secret.
    throw new CallError(`${name}: the answer is no JSON, and none of an API server`, {
      code: 'kubernetes',
      hint: 'a proxy in between may have answered: check the server of the kubeconfig, HTTPS_PROXY and NO_PROXY',
      repeat: { most: 4 },
    });
  }
}

interface Reading {
  /** Bytes. */
  readonly limit: number;
  readonly timeout: number;
  /** Of the call, for messages. */
  readonly name: string;
}

export async function textOf(response: Readable, { limit, timeout, name }: Reading): Promise<string> {
  const stop = (): void => void response.destroy(stopped(name, timeout));
  const timer = setTimeout(stop, timeout);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      timer.refresh();
      chunks.push(chunk);
      size += chunk.length;
      if (size > limit) throw new CallError(`${name}: the answer is longer than ${limit} bytes`);
    }
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function stopped(name: string, timeout: number): CallError {
  return new CallError(`${name}: the cluster stopped in its answer for ${timeout / 1_000} s`, {
    code: 'unreachable',
    repeat: {},
  });
}
