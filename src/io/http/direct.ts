import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { LookupFunction, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { askedOnce } from '../../asked-once.ts';
import { joinedHeaders, type Response, type ResponseBody, type Send, type SendOptions } from './response.ts';

export interface DirectOptions {
  /** Certificate authorities, instead of those that Node brings. */
  readonly ca?: readonly string[] | undefined;
  readonly lookup: LookupFunction;
  /** Milliseconds until a connection is there, with TLS. */
  readonly connectTimeout: number;
}

/** A fault that this file notices, by a code for which `network-error.ts` has words. */
class TransportError extends Error {
  readonly code: string;

  constructor(code: string, cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** Milliseconds that an idle connection is kept: many servers close theirs after five seconds. */
const IDLE = 4_000;

type Begin = (options: RequestOptions) => ClientRequest;

/** Straight to the server with Node's own client, for which nothing has to be loaded. */
export function createDirect({ ca, lookup, connectTimeout }: DirectOptions): Send {
  const kept = { keepAlive: true, timeout: IDLE, lookup };
  const begins = askedOnce(
    (protocol: string) => (protocol === 'https:' ? overTls(kept, ca) : inTheClear(kept)),
    (protocol) => protocol,
  );

  async function send(url: URL, options: SendOptions): Promise<Response> {
    const begin = await begins(url.protocol);
    options.signal.throwIfAborted();
    const { method, headers } = options;
    const request = begin({ ...addressOf(url), method, headers });
    request.once('socket', (socket) => limitConnecting(request, socket, connectTimeout));
    return await exchange(request, options);
  }

  return async (url, options) => {
    try {
      return await send(url, options);
    } catch (error) {
      // The server closed a connection that was kept, and has seen nothing of this request.
      if (options.body === undefined && isStale(error)) return await send(url, options);
      throw error;
    }
  };
}

async function inTheClear(kept: object): Promise<Begin> {
  const { Agent, request } = await import('node:http');
  const agent = new Agent(kept);
  return (options) => request({ ...options, agent });
}

async function overTls(kept: object, ca: readonly string[] | undefined): Promise<Begin> {
  const { Agent, request } = await import('node:https');
  const agent = new Agent({ ...kept, ...(ca === undefined ? {} : { ca: [...ca] }) });
  return (options) => request({ ...options, agent });
}

/** Without the name and password that an address may hold: what is sent for it is in the headers. */
function addressOf({ protocol, hostname, port, pathname, search }: URL): RequestOptions {
  const bare = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return { protocol, hostname: bare, ...(port === '' ? {} : { port }), path: pathname + search };
}

/** Node has no limit for a server that takes a connection and begins no TLS. */
function limitConnecting(request: ClientRequest, socket: Socket, limit: number): void {
  if (!socket.connecting) return;
  const isSecure = 'encrypted' in socket;
  const timer = setTimeout(() => request.destroy(new TransportError('CONNECT_TIMEOUT')), limit);
  const end = (): void => clearTimeout(timer);
  socket.once(isSecure ? 'secureConnect' : 'connect', end);
  socket.once('close', end);
}

/** Sends, and waits for the head of the answer. */
function exchange(request: ClientRequest, options: SendOptions): Promise<Response> {
  const { body, headersTimeout, signal } = options;
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    /** What is wrong with an answer after its head is told of the request. */
    let later: Error | undefined;
    const abort = (): void => void request.destroy(reasonOf(signal));
    const settled = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    signal.addEventListener('abort', abort, { once: true });
    request.once('finish', () => {
      timer = setTimeout(() => request.destroy(new TransportError('HEADERS_TIMEOUT')), headersTimeout);
    });
    request.once('response', (message) => {
      settled();
      if ((message.statusCode ?? 0) < 100)
        return void request.destroy(new TransportError('HPE_INVALID_STATUS'));
      resolve(responseOf(message, options, () => later));
    });
    request.on('error', (error) => {
      settled();
      later = error;
      reject(faultOf(error, request));
    });
    if (body === undefined) request.end();
    else sendBody(request, body);
  });
}

function sendBody(request: ClientRequest, body: AsyncIterable<Uint8Array>): void {
  const bytes = Readable.from(body, { objectMode: false });
  bytes.once('error', (error) => request.destroy(error));
  request.once('close', () => bytes.destroy());
  bytes.pipe(request);
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error('the request was aborted', { cause: reason });
}

/** Node gives the same code to a server that closes a connection and to a network that resets it. */
function faultOf(error: Error, request: ClientRequest): Error {
  if (error.message !== 'socket hang up') return error;
  return new TransportError(request.reusedSocket ? STALE : 'CLOSED', error);
}

const STALE = 'CLOSED_BEFORE';

function isStale(error: unknown): boolean {
  return error instanceof TransportError && error.code === STALE;
}

/** How Node tells of an answer that ends before its end. */
function isCutOff(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return code === 'ECONNRESET' && message === 'aborted';
}

function responseOf(
  message: IncomingMessage,
  options: SendOptions,
  faultOfRequest: () => Error | undefined,
): Response {
  return {
    status: message.statusCode ?? 0,
    headers: joinedHeaders(message.headersDistinct),
    body: bodyOf(message, options, faultOfRequest),
  };
}

function bodyOf(
  message: IncomingMessage,
  { bodyTimeout, signal }: SendOptions,
  faultOfRequest: () => Error | undefined,
): ResponseBody {
  return {
    discard: () => void message.destroy(),
    async *[Symbol.asyncIterator]() {
      const abort = (): void => void message.destroy(reasonOf(signal));
      const guard = (): NodeJS.Timeout =>
        setTimeout(() => message.destroy(new TransportError('BODY_TIMEOUT')), bodyTimeout);
      signal.addEventListener('abort', abort, { once: true });
      // Only while a piece is waited for: how long its reader takes is the reader's affair.
      let timer = guard();
      try {
        for await (const piece of message) {
          clearTimeout(timer);
          yield piece as Uint8Array;
          timer = guard();
        }
      } catch (error) {
        if (!isCutOff(error)) throw error;
        throw faultOfRequest() ?? new TransportError('CLOSED', error);
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
      }
    },
  };
}
