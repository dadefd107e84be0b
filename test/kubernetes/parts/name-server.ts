import { readFileSync } from 'node:fs';

/** `address:port` of the first server that this machine asks for names; undefined where there is none. */
export function upstreamServer(): string | undefined {
  const address = /^nameserver\s+(\S+)/m.exec(readFileSync('/etc/resolv.conf', 'utf8'))?.[1];
  if (address === undefined) return undefined;
  return address.includes(':') ? `[${address}]:53` : `${address}:53`;
}
