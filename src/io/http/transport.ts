import type { lookup as systemLookup } from 'node:dns';
import { askedOnce } from '../../asked-once.ts';
import { assertMayConnect, checkedLookup, isNear, type Reach } from './address.ts';
import { createDirect } from './direct.ts';
import { type Proxies, proxyFor } from './proxy.ts';
import type { Response, Send, SendOptions } from './response.ts';

export interface TransportOptions {
  readonly proxies?: Proxies | undefined;
  /** PEM text of certificate authorities beyond those that Node brings. */
  readonly ca?: string | undefined;
  readonly connectTimeout: number;
  readonly lookup?: typeof systemLookup | undefined;
}

export interface Target {
  readonly url: URL;
  /** The server whose answer named it. */
  readonly namedBy: URL | undefined;
  /** Whether addresses of this machine are refused. */
  readonly reach: 'network' | undefined;
}

/** Sends one request and gives the answer with its body unread; follows nothing, inflates nothing. */
export type Transport = (target: Target, options: SendOptions) => Promise<Response>;

/** Connections are kept, apart for each way that a server is reached. */
export function createTransport(options: TransportOptions): Transport {
  const connected: ConnectedAddresses = new Map();
  const sender = askedOnce(
    (way: Route) => makeSender(way, options, connected),
    (way) => (way.kind === 'proxy' ? way.uri : way.kind),
  );

  return async (target, request) => {
    const send = await sender(wayTo(target, options.proxies ?? {}, connected));
    return await send(target.url, request);
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

async function makeSender(
  way: Route,
  { ca: own, connectTimeout, lookup }: TransportOptions,
  connected: ConnectedAddresses,
): Promise<Send> {
  const ca = own === undefined ? undefined : [...(await rootCertificates()), own];
  if (way.kind === 'proxy') {
    const { createProxied } = await import('./proxied.ts');
    return await createProxied({ proxy: way.uri, ca, connectTimeout });
  }
  const checked = checkedLookup({
    reach: way.kind === 'direct' ? undefined : way.kind,
    lookup,
    found: (hostname, addresses) => remember(connected, hostname, addresses),
  });
  return createDirect({ ca, lookup: checked, connectTimeout });
}

/** Naming a CA replaces Node's own list, so that list is named as well. */
async function rootCertificates(): Promise<readonly string[]> {
  const { rootCertificates } = await import('node:tls');
  return rootCertificates;
}
