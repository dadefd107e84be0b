import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import type { Clock } from '../../../io/clock.ts';
import { createLimiter } from '../../../io/http/limiter.ts';
import { networkError } from '../../../io/http/network-error.ts';
import { CallError, type Repeat, retryAfter, retrying, SHORT_PATIENCE } from '../../../io/http/retry.ts';
import type { Access, Credentials } from './access.ts';
import { withProxyWords } from './auth/proxy.ts';
import { jsonOf, textOf } from './body.ts';
import { ApiError } from './errors.ts';
import { Outages } from './outages.ts';

/** One request to the API of a cluster: https://kubernetes.io/docs/reference/using-api/api-concepts/ */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON. */
  readonly body?: object;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds after the first failure in which another try begins. */
  readonly patience?: number;
  /** Whoever asks tries again by himself, or does not mind. */
  readonly once?: true;
}

export interface ApiResponse {
  /** undefined where it is no JSON. */
  readonly value: unknown;
  /** The server's own time: milliseconds since 1970, to the second. */
  readonly date: number;
}

/** Every call can be repeated: what is made has a name, and what is removed may be gone. */
export interface Api {
  readonly access: Access;
  /** For what calls the server by itself. */
  readonly outages: Outages;
  /** Throws an `ApiError` for a refusal; what passes is tried again. */
  call(call: ApiCall): Promise<ApiResponse>;
  /** The bytes of an answer as they come, tried once. */
  stream(call: ApiCall): Promise<Readable>;
}

export interface ApiOptions {
  readonly access: Access;
  readonly clock: Clock;
  /** One line per repetition. */
  readonly log: (line: string) => void;
  /** Milliseconds until an answer begins, and between its pieces; undefined: as many as always. */
  readonly timeout?: number | undefined;
}

/** Until an answer begins, and from each piece of it to the next one. */
const TIMEOUT = 30_000;
/** Calls at a time: each has a connection, and whoever starts a hundred runs is not refused for asking too much at once. */
const AT_ONCE = 16;
const MAX_ANSWER = 32 * 1024 * 1024;
const MAX_ERROR = 16 * 1024;

export function createApi({ access, clock, log, timeout = TIMEOUT }: ApiOptions): Api {
  const outages = new Outages(clock);
  const limiter = createLimiter(clock, undefined, AT_ONCE);

  async function send(call: ApiCall): Promise<http.IncomingMessage> {
    try {
      const { signal } = call;
      const given = await access.credentials({ signal });
      const response = outages.seen(await request(access.server, call, given), signal);
      if (response.statusCode !== 401) return response;
      // A token may just have expired.
      response.resume();
      const fresh = await access.credentials({ refused: given, signal });
      return outages.seen(await request(access.server, call, fresh), signal);
    } catch (error) {
      throw failureOf(error, call);
    }
  }

  function failureOf(thrown: unknown, call: ApiCall): unknown {
    call.signal?.throwIfAborted();
    const error = withProxyWords(thrown);
    if (error instanceof ApiError) return error;
    // What has its words already would lose the reason to try again.
    return outages.failure(error instanceof CallError ? error : networkError(error, nameOf(call)));
  }

  function refusal(response: http.IncomingMessage, text: string, call: ApiCall): ApiError {
    const { statusCode = 0 } = response;
    return new ApiError(nameOf(call), statusCode, text, repeatOf(response) ?? outages.repeatOf(statusCode));
  }

  async function stream(call: ApiCall): Promise<Readable> {
    const response = await send(call);
    const { statusCode = 0 } = response;
    if (isFine(statusCode)) return response;
    throw refusal(response, await textOf(response, { limit: MAX_ERROR, timeout, name: nameOf(call) }), call);
  }

  async function tryOnce(call: ApiCall): Promise<ApiResponse | ApiError> {
    try {
      const response = await send(call);
      const { statusCode = 0, headers } = response;
      const limit = isFine(statusCode) ? MAX_ANSWER : MAX_ERROR;
      const text = await textOf(response, { limit, timeout, name: nameOf(call) });
      if (isFine(statusCode))
        return { value: jsonOf(text, nameOf(call)), date: Date.parse(headers.date ?? '') };
      const error = refusal(response, text, call);
      // Who asks for something by name wants to know this, however often it took to get an answer.
      if (error.repeat === undefined) return error;
      throw error;
    } catch (error) {
      throw failureOf(error, call);
    }
  }

  return {
    access,
    outages,
    stream,
    async call(call) {
      const { once, patience = SHORT_PATIENCE, signal } = call;
      const inTurn = () => limiter.run(access.server, () => tryOnce(call), signal);
      const response = await (once ? inTurn() : retrying({ clock, log, patience, signal }, inTurn));
      if (response instanceof ApiError) throw response;
      return response;
    },
  };
}

/** `GET jobs/jobimg-a`, without what all paths begin with. */
function nameOf({ method, path }: ApiCall): string {
  return `${method} ${path.replace(/^\/apis?\/(?:[^/]+\/)*?namespaces\//, '')}`;
}

/** Too many requests, and what an API server says that starts, stops or has lost its own storage. */
function repeatOf({ statusCode = 0, headers }: http.IncomingMessage): Repeat | undefined {
  if (statusCode !== 429 && statusCode < 500) return undefined;
  const named = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  );
  return { after: retryAfter(new Map(named)) };
}

async function request(
  server: string,
  call: ApiCall,
  { headers, ...credentials }: Credentials,
): Promise<http.IncomingMessage> {
  const url = addressOf(server, call);
  const body = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
  const send = url.protocol === 'http:' ? http.request : https.request;
  const sent = send(url, {
    ...credentials,
    method: call.method,
    headers: {
      ...headers,
      accept: 'application/json, */*',
      'user-agent': 'jobimg',
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': body.length }),
    },
    signal: call.signal,
  });
  const timer = setTimeout(() => sent.destroy(noAnswer(call)), TIMEOUT);
  try {
    return await answerTo(sent, body);
  } finally {
    clearTimeout(timer);
  }
}

function answerTo(sent: http.ClientRequest, body: Buffer | undefined): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    // Stays for the whole life of the connection: later errors reach the reader of the body.
    sent.on('error', reject);
    sent.end(body);
  });
}

export function addressOf(server: string, { path, query = {} }: Pick<ApiCall, 'path' | 'query'>): URL {
  const url = new URL(`${server.replace(/\/+$/, '')}${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

function noAnswer(call: ApiCall): CallError {
  return new CallError(`${nameOf(call)}: the cluster did not answer within ${TIMEOUT / 1000} s`, {
    code: 'unreachable',
    repeat: {},
  });
}

/** An API server leads nowhere else: whatever does stands in between. */
function isFine(status: number): boolean {
  return status >= 200 && status < 300;
}
