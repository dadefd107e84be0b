import type { lookup as systemLookup } from 'node:dns';
import type { Clock } from '../clock.ts';
import { readBody, streamBody } from './body.ts';
import { createLimiter } from './limiter.ts';
import { isUnreached, networkError } from './network-error.ts';
import type { Proxies } from './proxy.ts';
import { redirectOf } from './redirect.ts';
import type { SendOptions } from './response.ts';
import { CallError, LONGEST_ASKED_WAIT, repeatable, retryAfter } from './retry.ts';
import { type Stall, stallGuard, touching } from './stall.ts';
import { createTransport } from './transport.ts';

export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes to the origin of `url` and to no other, whatever redirects say. */
  readonly authorization?: string | undefined;
  readonly body?: Body | undefined;
  /** Whether body or address are, or go with, a credential: then nothing at another origin is followed to. */
  readonly holdsCredential?: boolean | undefined;
  /** The largest answer that is read, in bytes. */
  readonly limit: number;
  /** Whether the bytes of a 200 are handed on as they come, for what does not fit into memory. */
  readonly stream?: boolean | undefined;
  /** What this is, for errors: `GET manifest acme/train:env-… at ghcr.io`. */
  readonly call: string;
  /** `network`: whoever named `url` has no business with this machine; its own addresses are refused. */
  readonly reach?: 'network' | undefined;
  /** The server whose answer named `url`; addresses of this machine and network are then checked. */
  readonly namedBy?: URL | undefined;
}

/** `open` gives the same bytes each time. */
export interface Body {
  readonly size: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  /** Instead of `body`, where that was asked for; to be read to its end. */
  readonly stream?: AsyncIterable<Uint8Array> | undefined;
  /** Where it came from in the end. */
  readonly url: URL;
}

export interface FetchOptions {
  readonly clock: Clock;
  readonly userAgent: string;
  readonly proxies?: Proxies | undefined;
  /** PEM text of certificate authorities beyond those that Node brings. */
  readonly ca?: string | undefined;
  readonly timeouts?: Partial<Timeouts>;
  readonly signal?: AbortSignal | undefined;
  /** Called for every request that goes out, redirects included. */
  readonly onRequest?: ((request: { readonly method: string; readonly url: URL }) => void) | undefined;
  readonly lookup?: typeof systemLookup | undefined;
}

/** Milliseconds. */
export interface Timeouts {
  readonly connect: number;
  /** Until an answer begins; what was sent is stored first, which takes longer the more it is. */
  readonly headers: number;
  /** Between two pieces of a body, in either direction. */
  readonly idle: number;
}

/** One try of one call: any status is an answer, everything else is thrown as a CallError. */
export type Fetch = (request: Request) => Promise<HttpResponse>;

const TIMEOUTS: Timeouts = { connect: 10_000, headers: 60_000, idle: 30_000 };
/** Bytes per millisecond at which a server that answers after all was sent stores it, at the slowest. */
const SLOWEST_STORE = (4 * 1024 * 1024) / 1000;
const MAX_HOPS = 5;

/** HTTP with nothing done behind our back: no redirect, no decoding, no address and no length that was not checked. */
export function createFetch(options: FetchOptions): Fetch {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const transport = createTransport({
    proxies: options.proxies,
    ca: options.ca,
    connectTimeout: timeouts.connect,
    lookup: options.lookup,
  });
  const limiter = createLimiter(options.clock, options.signal);

  /** Hosts of which it is known that a server is there. */
  const answered = new Set<string>();

  async function hop(request: Request, url: URL, namedBy: URL | undefined): Promise<HttpResponse> {
    options.signal?.throwIfAborted();
    options.onRequest?.({ method: request.method, url });
    const answerTime = answerTimeout(timeouts.headers, request.body?.size);
    const stall = stallGuard({ idle: timeouts.idle, answer: answerTime }, options.signal);
    if (request.body === undefined) stall.sent();
    try {
      const response = await transport(
        { url, namedBy, reach: request.reach },
        sendOptions(request, url, { options, timeouts: { ...timeouts, headers: answerTime }, stall }),
      );
      stall.end();
      answered.add(url.host);
      const head = { status: response.status, headers: response.headers, url };
      if (request.stream === true && head.status === 200)
        return { ...head, body: new Uint8Array(), stream: streamBody(response, request) };
      return { ...head, body: await readBody(response, { ...request, clock: options.clock }) };
    } finally {
      stall.end();
    }
  }

  async function follow(request: Request): Promise<HttpResponse> {
    let { url, namedBy } = request;
    for (let hops = 0; hops <= MAX_HOPS; hops += 1) {
      const response = await hop(request, url, namedBy);
      const next = redirectOf(response, request);
      if (next === undefined) return response;
      namedBy ??= url;
      url = next;
    }
    throw new CallError(`${request.call}: more than ${MAX_HOPS} redirects`, { code: 'redirect-refused' });
  }

  return async (request) => {
    try {
      const response = await limiter.run(request.url.host, () => follow(request));
      if (response.status === 429) pauseAll(limiter, request.url.host, response);
      return response;
    } catch (error) {
      options.signal?.throwIfAborted();
      const failure = networkError(error, request.call);
      // What was there before is only away, however it looks.
      const isAway = failure instanceof CallError && answered.has(request.url.host) && isUnreached(error);
      throw isAway ? repeatable(failure, {}) : failure;
    }
  };
}

/** Milliseconds until the answer to so many bytes must begin. */
export function answerTimeout(base: number, size = 0): number {
  return Math.ceil(base + size / SLOWEST_STORE);
}

function pauseAll(limiter: ReturnType<typeof createLimiter>, host: string, { headers }: HttpResponse): void {
  const wait = retryAfter(headers) ?? 1000;
  if (wait <= LONGEST_ASKED_WAIT) limiter.pause(host, wait);
}

interface SendContext {
  readonly options: FetchOptions;
  readonly timeouts: Timeouts;
  readonly stall: Stall;
}

function sendOptions(request: Request, url: URL, { options, timeouts, stall }: SendContext): SendOptions {
  const { method, body } = request;
  const trusted = url.origin === request.url.origin;
  return {
    method,
    headers: {
      'user-agent': options.userAgent,
      'accept-encoding': 'identity',
      ...request.headers,
      ...(body === undefined ? noBody(method) : { 'content-length': String(body.size) }),
      ...(request.authorization !== undefined && trusted ? { authorization: request.authorization } : {}),
    },
    ...(body === undefined ? {} : { body: touching(body.open(), stall) }),
    headersTimeout: timeouts.headers,
    bodyTimeout: timeouts.idle,
    signal: stall.signal,
  };
}

/** Some servers want the length of a POST even when there is nothing to say. */
function noBody(method: string): Readonly<Record<string, string>> {
  return method === 'POST' || method === 'PUT' ? { 'content-length': '0' } : {};
}
