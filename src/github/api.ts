import { UserError } from '../errors.ts';
import type { Clock } from '../io/clock.ts';
import type { Body, Fetch, HttpResponse, Request } from '../io/http/fetch.ts';
import { CallError, retryAfter, retrying } from '../io/http/retry.ts';

/** GitHub's REST API for one repository: https://docs.github.com/en/rest */
export interface GithubApi {
  call(request: ApiRequest): Promise<ApiResponse>;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Below the repository, with its query: `issues/7/comments?per_page=100`. */
  readonly path: string;
  readonly accept?: string;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses that are an answer beside 200, 201, 202 and 204. */
  readonly expect?: readonly number[];
  /** Whether it is sent once, because what it does is not undone by its failure. */
  readonly once?: boolean;
  /** The largest answer that is read, in bytes. */
  readonly limit?: number;
}

export interface ApiResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

export interface ApiOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** `https://api.github.com`, or that of the user's own server. */
  readonly url: string;
  /** `owner/name` */
  readonly repository: string;
  /** undefined: asked as a stranger. */
  readonly token: string | undefined;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
  /** What to do where the token has no right; undefined: what comments need. */
  readonly denied?: string | undefined;
}

/** A page of comments of the longest kind. */
const LIMIT = 16 * 1024 * 1024;
/** Nothing waits for it but a comment. */
const PATIENCE = 20_000;

export const NO_RIGHT = 'github-denied';

export function createGithubApi(options: ApiOptions): GithubApi {
  const { fetch, clock, log, signal } = options;
  const callOnce = async (request: ApiRequest): Promise<ApiResponse> => {
    const call = `${request.method} ${request.path.split('?', 1)[0]} at ${new URL(options.url).host}`;
    const response = await fetch(requestOf(request, call, options));
    return answerOf(response, request, { call, hint: options.denied ?? FOR_COMMENTS });
  };
  return {
    call: (request) =>
      request.once === true
        ? callOnce(request)
        : retrying({ clock, log, signal, patience: PATIENCE }, () => callOnce(request)),
  };
}

const FOR_COMMENTS = 'add "permissions: { pull-requests: write }" to the job of the workflow';

function requestOf(
  { method, path, accept, headers, json, limit = LIMIT }: ApiRequest,
  call: string,
  options: ApiOptions,
): Request {
  const { url, repository, token } = options;
  return {
    method,
    url: new URL(`${url.replace(/\/$/, '')}/repos/${repository}/${path}`),
    headers: {
      accept: accept ?? 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(json === undefined ? {} : { body: bodyOf(JSON.stringify(json)) }),
    limit,
    call,
  };
}

function bodyOf(text: string): Body {
  const bytes = new TextEncoder().encode(text);
  return {
    size: bytes.length,
    async *open() {
      yield bytes;
    },
  };
}

interface Asked {
  readonly call: string;
  /** What to do where the token has no right. */
  readonly hint: string;
}

function answerOf(
  { status, body, headers }: HttpResponse,
  { expect = [] }: ApiRequest,
  asked: Asked,
): ApiResponse {
  const { call } = asked;
  if ([200, 201, 202, 204, ...expect].includes(status))
    return { status, headers, text: new TextDecoder().decode(body) };
  const after = retryAfter(headers) ?? untilReset(headers);
  // https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
  const isLimited = status === 429 || (status === 403 && after !== undefined);
  if (isLimited || status >= 500) {
    throw new CallError(`${call}: the server answers ${status}`, { code: 'github', repeat: { after } });
  }
  if (status === 401 || status === 403 || status === 404) throw denied(status, asked);
  throw new UserError(`${call}: the server answers ${status}`, { kind: 'unavailable', code: 'github' });
}

/** Milliseconds until more is allowed, by the clock of the server; undefined: that is not what it says. */
function untilReset(headers: HttpResponse['headers']): number | undefined {
  if (headers.get('x-ratelimit-remaining') !== '0') return undefined;
  const span = Number(headers.get('x-ratelimit-reset')) * 1_000 - Date.parse(headers.get('date') ?? '');
  return Number.isNaN(span) ? undefined : Math.max(0, span);
}

/** Of what a token may not see, GitHub says that it is not there. */
function denied(status: number, { call, hint }: Asked): UserError {
  return new UserError(`${call}: the token has no right to it (${status})`, {
    kind: 'input',
    code: NO_RIGHT,
    hint,
  });
}
