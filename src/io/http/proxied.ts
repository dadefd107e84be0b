import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { joinedHeaders, type Response, type Send } from './response.ts';

export interface ProxiedOptions {
  readonly proxy: string;
  /** Certificate authorities, instead of those that Node brings. */
  readonly ca?: readonly string[] | undefined;
  /** Milliseconds until the proxy takes a connection. */
  readonly connectTimeout: number;
}

/** Through a tunnel of a proxy, by undici, which is loaded where there is one. */
export async function createProxied({ proxy, ca, connectTimeout }: ProxiedOptions): Promise<Send> {
  const { ProxyAgent, request } = await import('undici');
  const tls = ca === undefined ? {} : { ca: [...ca] };
  const dispatcher = new ProxyAgent({
    uri: proxy,
    requestTls: tls,
    proxyTls: { ...tls, timeout: connectTimeout },
  });
  return async ({ origin, pathname, search }, { body, ...rest }) => {
    const sent = body === undefined ? {} : { body: Readable.from(body, { objectMode: false }) };
    return responseOf(await request(origin + pathname + search, { ...rest, ...sent, dispatcher }));
  };
}

function responseOf({ statusCode, headers, body }: Dispatcher.ResponseData): Response {
  return {
    status: statusCode,
    headers: joinedHeaders(headers),
    body: {
      discard: () => void body.dump({ limit: 0 }),
      [Symbol.asyncIterator]: () => body[Symbol.asyncIterator](),
    },
  };
}
