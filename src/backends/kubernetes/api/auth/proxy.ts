import { BlockList, isIP, isIPv4 } from 'node:net';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { UserError } from '../../../../errors.ts';
import { proxiesOf, proxyFor } from '../../../../io/http/proxy.ts';
import { CallError } from '../../../../io/http/retry.ts';
import type { Variables } from '../../../../io/process/exec.ts';

type Cluster = NonNullable<ReturnType<KubeConfig['getCurrentCluster']>>;

/** As the official client and client-go know them; others could only be ignored. */
const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'socks5:', 'socks5h:']);

/** The proxy to an API server: that of its kubeconfig, else that of the environment; undefined: straight to it. */
export function proxyTo({ server, proxyUrl }: Cluster, env: Variables): string | undefined {
  if (proxyUrl) return checked(proxyUrl, '"proxy-url" of the kubeconfig');
  const url = new URL(server);
  const proxies = proxiesOf(env);
  const proxy = isInRange(url.hostname, proxies.no) ? undefined : proxyFor(url, proxies);
  return proxy === undefined ? undefined : checked(proxy, 'HTTPS_PROXY');
}

/** Not quoted, for it may hold a login. */
function checked(proxy: string, where: string): string {
  if (URL.canParse(proxy) && SCHEMES.has(new URL(proxy).protocol)) return proxy;
  throw new UserError(`the proxy to the cluster (${where}) is no address of a proxy`, {
    code: 'kubeconfig',
    hint: 'write http://, https:// or socks5://, a host and a port',
  });
}

/** Clusters are often named by an address, and NO_PROXY has the range of theirs: 10.0.0.0/8. */
function isInRange(hostname: string, no = ''): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) === 0) return false;
  return no.split(/[\s,]+/).some((range) => isIn(address, range));
}

function isIn(address: string, range: string): boolean {
  const [, network = '', bits] = /^([^/]+)\/(\d{1,3})$/.exec(range) ?? [];
  const most = isIPv4(network) ? 32 : 128;
  if (isIP(network) === 0 || isIP(network) !== isIP(address) || Number(bits) > most) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(bits), familyOf(network));
  return list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}

/** Why no tunnel came about, in words; the library that asks for it has none, and no code. */
export function withProxyWords(error: unknown): unknown {
  const [, status] = (error instanceof Error && /^Bad response: (\d+)$/.exec(error.message)) || [];
  if (status === undefined) return error;
  return new CallError(`the proxy refused the way to the cluster: ${status}`, {
    code: 'unreachable',
    hint: 'check "proxy-url" of the kubeconfig, HTTPS_PROXY and NO_PROXY, and the login in them',
    // One that is busy, or does not reach the cluster now, may do so later.
    ...(Number(status) >= 500 ? { repeat: {} } : {}),
    cause: error,
  });
}
