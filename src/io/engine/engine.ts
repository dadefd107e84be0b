import type http from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { askedOnce } from '../../asked-once.ts';
import { UserError } from '../../errors.ts';
import { errnoOf } from '../errno.ts';
import { SshFailure } from '../ssh/failure.ts';
import { engineHint } from './hint.ts';
import { type EngineHost, isHere, isPrivate } from './host.ts';
import { createOpener, type Open } from './request.ts';

/** One request to the Docker Engine API: https://docs.docker.com/reference/api/engine/ */
export interface EngineCall {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Without the version: `/containers/json`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object | undefined;
  /** Sent as it comes, as a tar. */
  readonly upload?: AsyncIterable<Uint8Array> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the answer begins; 0: as long as it takes, for calls that wait. */
  readonly timeout?: number;
}

export interface EngineAnswer {
  readonly status: number;
  header(name: string): string | undefined;
  readonly date: number;
  /** Ends the connection when it is not read to its end. */
  readonly body: Readable;
}

export interface EngineApi {
  readonly url: string;
  /** Whether its containers get the CPUs, GPUs and disks of this machine. */
  readonly isHere: boolean;
  /** Whether nobody between can read what is sent: a credential or a secret goes to no other. */
  readonly isPrivate: boolean;
  /** Throws an `EngineError` for a status from 400 up. */
  call(call: EngineCall): Promise<EngineAnswer>;
  /** The whole answer; undefined when it is empty. */
  json(call: EngineCall): Promise<unknown>;
  /** The same with the engine's own time: milliseconds since 1970, to the second. */
  dated(call: EngineCall): Promise<{ readonly value: unknown; readonly date: number }>;
  /** The version of the API that both sides know. */
  version(): Promise<string>;
}

/** The engine refused or could not be asked; `status` is undefined when there was no answer. */
export class EngineError extends UserError {
  readonly status: number | undefined;

  constructor(message: string, status: number | undefined, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { kind: 'unavailable', code: 'engine', ...options });
    this.status = status;
  }
}

/** The newest version whose answers are known here; an older engine is spoken to in its own. */
const API_VERSION = '1.51';
const TIMEOUT = 60_000;
const MAX_ANSWER = 32 * 1024 * 1024;
const MAX_ERROR = 16 * 1024;

/** How an engine is reached, and by whose word. */
interface Connection {
  readonly host: EngineHost;
  readonly open: Open;
}

export function createEngine(host: EngineHost): EngineApi {
  const connection: Connection = { host, open: createOpener(host) };
  const version = askedOnce(() => negotiate(connection));

  async function call(request: EngineCall): Promise<EngineAnswer> {
    const answer = await send(connection, `/v${await version()}`, request);
    if (answer.status >= 400) throw await refusal(answer);
    return answer;
  }

  async function dated(request: EngineCall): Promise<{ readonly value: unknown; readonly date: number }> {
    const { body, date } = await call(request);
    const text = await readText(body, MAX_ANSWER);
    return { value: text === '' ? undefined : (JSON.parse(text) as unknown), date };
  }

  const json = async (request: EngineCall): Promise<unknown> => (await dated(request)).value;
  return { url: host.url, isHere: isHere(host), isPrivate: isPrivate(host), version, call, dated, json };
}

async function negotiate(connection: Connection): Promise<string> {
  const { host } = connection;
  const answer = await send(connection, '', { method: 'GET', path: '/_ping', timeout: 30_000 });
  if (answer.status >= 400) throw await refusal(answer);
  // The connection is then free for the next request.
  await readText(answer.body, MAX_ERROR);
  const theirs = answer.header('api-version');
  if (theirs === undefined || !/^\d+\.\d+$/.test(theirs)) {
    throw new EngineError(`what answers at ${host.url} is not a Docker engine`, undefined, {
      hint: `${host.source} says so: see where it points`,
    });
  }
  return isNewer(theirs, API_VERSION) ? API_VERSION : theirs;
}

function isNewer(one: string, other: string): boolean {
  const [major = 0, minor = 0] = one.split('.').map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
  return major === otherMajor ? minor > otherMinor : major > otherMajor;
}

/** Times that a server is asked which has too many logins at once; nothing has reached the engine then. */
const MOST_TRIES = 3;

async function send(
  connection: Connection,
  prefix: string,
  call: EngineCall,
  attempt = 1,
): Promise<EngineAnswer> {
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

async function sendOnce({ host, open }: Connection, prefix: string, call: EngineCall): Promise<EngineAnswer> {
  const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
  const request = open({
    method: call.method,
    path: `${prefix}${call.path}${queryOf(call.query)}`,
    headers: { ...bodyHeaders(call, body), ...call.headers },
    ...(call.signal === undefined ? {} : { signal: call.signal }),
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
): Promise<EngineAnswer> {
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

function answerOf(response: http.IncomingMessage): EngineAnswer {
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

async function readText(body: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) throw new EngineError(`the engine's answer is longer than ${limit} bytes`, undefined);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function refusal(answer: EngineAnswer): Promise<EngineError> {
  const text = await readText(answer.body, MAX_ERROR).catch(() => '');
  return new EngineError(`the Docker engine answered ${answer.status}: ${messageIn(text)}`, answer.status);
}

function messageIn(text: string): string {
  const [, quoted] = /^\s*\{\s*"message"\s*:\s*("(?:[^"\\]|\\.)*")/s.exec(text) ?? [];
  const message = quoted === undefined ? text : String(JSON.parse(quoted));
  return message.trim() || 'no reason given';
}

function unreachable(error: unknown, host: EngineHost): unknown {
  if (error instanceof SshFailure) {
    const { hint, message } = error;
    return new EngineError(
      `no Docker engine is reached at ${host.url} (${host.source}): ${message}`,
      undefined,
      {
        cause: error,
        hint,
      },
    );
  }
  const code = errnoOf(error);
  if (error instanceof UserError || code === undefined) return error;
  const hint = engineHint(code);
  const message = `no Docker engine answers at ${host.url} (${host.source}): ${code}`;
  return new EngineError(message, undefined, { cause: error, ...(hint === undefined ? {} : { hint }) });
}

function timedOut(host: EngineHost, timeout: number): EngineError {
  return new EngineError(
    `the Docker engine at ${host.url} did not answer within ${timeout / 1000} s`,
    undefined,
  );
}
