import type http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { SshFailure } from '../ssh/failure.ts';
import type { EngineCall, EngineResponse } from './api.ts';
import { timedOut, unreachable } from './error.ts';
import type { EngineHost } from './host.ts';
import type { Open } from './request.ts';

const TIMEOUT = 60_000;

/** How an engine is reached, and by whose word. */
export interface Connection {
  readonly host: EngineHost;
  readonly open: Open;
}

/** Times that a server is asked which has too many logins at once; nothing has reached the engine then. */
const MOST_TRIES = 3;

/** `prefix`: the version, or nothing. */
export async function send(
  connection: Connection,
  prefix: string,
  call: EngineCall,
  attempt = 1,
): Promise<EngineResponse> {
  try {
    return await sendOnce(connection, prefix, call);
  } catch (error) {
    if (call.signal?.aborted) throw error;
    if (attempt === MOST_TRIES || !mayRepeat(error, call)) throw unreachable(error, connection.host);
    await sleep(1_000 * attempt * Math.random());
    return await send(connection, prefix, call, attempt + 1);
  }
}

function mayRepeat(error: unknown, { upload }: EngineCall): boolean {
  return error instanceof SshFailure && error.isBusy && upload === undefined;
}

async function sendOnce(
  { host, open }: Connection,
  prefix: string,
  call: EngineCall,
): Promise<EngineResponse> {
  const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
  const request = open({
    method: call.method,
    path: `${prefix}${call.path}${queryOf(call.query)}`,
    headers: { ...bodyHeaders(call, body), ...call.headers },
    signal: call.signal,
  });
  const timeout = call.timeout ?? TIMEOUT;
  const timer =
    timeout === 0 ? undefined : setTimeout(() => request.destroy(timedOut(host, timeout)), timeout);
  try {
    return await answerTo(request, call.upload, body);
  } finally {
    clearTimeout(timer);
  }
}

function bodyHeaders(call: EngineCall, body: Buffer | undefined): http.OutgoingHttpHeaders {
  if (body !== undefined) return { 'content-type': 'application/json', 'content-length': body.length };
  if (call.upload !== undefined) return { 'content-type': 'application/x-tar' };
  return call.method === 'POST' ? { 'content-length': 0 } : {};
}

function answerTo(
  request: http.ClientRequest,
  upload: AsyncIterable<Uint8Array> | undefined,
  body: Buffer | undefined,
): Promise<EngineResponse> {
  return new Promise((resolve, reject) => {
    request.once('response', (response) => resolve(answerOf(response)));
    // Stays for the whole life of the connection: later errors reach the reader of the body.
    request.on('error', reject);
    if (upload === undefined) request.end(body);
    else feed(request, upload).catch(reject);
  });
}

/** The engine may answer, and close, before it has read everything: then its answer is what counts, for it came first. */
async function feed(request: http.ClientRequest, upload: AsyncIterable<Uint8Array>): Promise<void> {
  await pipeline(Readable.from(upload, { objectMode: false }), request);
}

function answerOf(response: http.IncomingMessage): EngineResponse {
  const { date } = response.headers;
  return {
    status: response.statusCode ?? 0,
    // Docker always says it.
    date: Date.parse(date ?? ''),
    body: response,
    header(name) {
      const value = response.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
  };
}

function queryOf(query: EngineCall['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? '' : `?${parameters}`;
}
