import type { lookup as systemLookup } from 'node:dns';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { askedOnce } from '../../asked-once.ts';
import { assertMayConnect, checkedLookup, isNear, type Reach } from './address.ts';
import { type Proxies, proxyFor } from './proxy.ts';

export interface TransportOptions {
  readonly proxies?: Proxies | undefined;
  /** PEM text of certificate authorities beyond those that Node brings. */
  readonly ca?: string | undefined;
  readonly connectTimeout: number;
  readonly lookup?: typeof systemLookup | undefined;
}

export interface SendOptions {
  readonly method: Dispatcher.HttpMethod;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array>;
  readonly headersTimeout: number;
  readonly bodyTimeout: number;
  readonly signal: AbortSignal;
}

export interface Target {
  readonly url: URL;
  /** The server whose answer named it. */
  readonly namedBy: URL | undefined;
  /** Whether addresses of this machine are refused. */
  readonly reach: 'network' | undefined;
}

/** Sends one request and gives the answer with its body unread; follows nothing, inflates nothing. */
export type Transport = (target: Target, options: SendOptions) => Promise<Dispatcher.ResponseData>;

/** Connections are kept, one pool for each way that a server is reached. undici is loaded with the first request. */
export function createTransport(options: TransportOptions): Transport {
  const connected: ConnectedAddresses = new Map();
  const dispatcher = askedOnce(
    (way: Route) => makeDispatcher(way, options, connected),
    (way) => (way.kind === 'proxy' ? way.uri : way.kind),
  );

  return async (target, request) => {
    const { url } = target;
    const [through, { default: send }] = await Promise.all([
      dispatcher(wayTo(target, options.proxies ?? {}, connected)),
      import('undici/lib/api/api-request.js'),
    ]);
    const { origin, pathname, search } = url;
    const { body, ...rest } = request;
    const sent = body === undefined ? {} : { body: Readable.from(body, { objectMode: false }) };
    return send.call(through, { ...rest, ...sent, origin, path: pathname + search });
  };
}

/** By host name, every address that was looked up for a connection. */
type ConnectedAddresses = Map<string, Set<string>>;

function remember(connected: ConnectedAddresses, hostname: string, addresses: readonly string[]): void {
  connected.set(hostname, new Set([...(connected.get(hostname) ?? []), ...addresses]));
}

type Route = { readonly kind: 'direct' | Reach } | { readonly kind: 'proxy'; readonly uri: string };

/** A server that another one named is reached through checked addresses only. */
function wayTo({ url, namedBy, reach }: Target, proxies: Proxies, connected: ConnectedAddresses): Route {
  const foreign = namedBy !== undefined && namedBy.host !== url.host;
  const proxy = proxyFor(url, proxies);
  // Behind a proxy there may be nothing that looks up names.
  const near = foreign && proxy === undefined && isNear(namedBy.hostname, connected.get(namedBy.hostname));
  const most = foreign && !near ? 'public' : (reach ?? (foreign ? 'near' : undefined));
  if (most !== undefined) assertMayConnect(url.hostname, most);
  if (proxy !== undefined) return { kind: 'proxy', uri: proxy };
  return { kind: most ?? 'direct' };
}

async function makeDispatcher(
  way: Route,
  { ca, connectTimeout, lookup }: TransportOptions,
  connected: ConnectedAddresses,
): Promise<Dispatcher> {
  const tls = ca === undefined ? {} : { ca: [...(await rootCertificates()), ca] };
  if (way.kind === 'proxy') {
    // Needs what only the package's own entry puts together.
    const { ProxyAgent } = await import('undici');
    return new ProxyAgent({ uri: way.uri, requestTls: tls, proxyTls: { ...tls, timeout: connectTimeout } });
  }
  const { default: Agent } = await import('undici/lib/dispatcher/agent.js');
  const checked = checkedLookup({
    reach: way.kind === 'direct' ? undefined : way.kind,
    lookup,
    found: (hostname, addresses) => remember(connected, hostname, addresses),
  });
  return new Agent({ connect: { ...tls, lookup: checked, timeout: connectTimeout } });
}

/** Naming a CA replaces Node's own list, so that list is named as well. */
async function rootCertificates(): Promise<readonly string[]> {
  const { rootCertificates } = await import('node:tls');
  return rootCertificates;
}
