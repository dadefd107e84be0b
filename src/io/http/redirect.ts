import { isLoopback } from './address.ts';
import { CallError } from './retry.ts';

interface RedirectedRequest {
  readonly method: string;
  readonly url: URL;
  readonly call: string;
  readonly holdsCredential?: boolean | undefined;
}

interface RedirectAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly url: URL;
}

/** Where to go on; an answer without a place to go to is the answer. A body is sent again only as 307 and 308 ask. */
export function redirectOf(
  { status, headers, url }: RedirectAnswer,
  request: RedirectedRequest,
): URL | undefined {
  const { method, call } = request;
  const reading = method === 'GET' || method === 'HEAD';
  const asks = reading ? [301, 302, 303, 307, 308] : [307, 308];
  const location = headers.get('location');
  if (!asks.includes(status) || location === undefined) return undefined;
  const next = parseUrl(location, url);
  const secure = next?.protocol === 'https:';
  const local = next?.protocol === 'http:' && url.protocol === 'http:' && isLoopback(next.hostname);
  if (next === undefined || !(secure || local)) throw refused(call, 'a place that is not https');
  if (request.holdsCredential === true && next.origin !== request.url.origin)
    throw refused(call, 'another origin, and the request contains a credential');
  return next;
}

function refused(call: string, where: string): CallError {
  return new CallError(`${call}: the server redirects to ${where}`, { code: 'redirect-refused' });
}

function parseUrl(text: string, base: URL): URL | undefined {
  return URL.canParse(text, base.href) ? new URL(text, base) : undefined;
}
