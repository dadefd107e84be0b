import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';

/** An address that another server named and that is none of its business. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';

  constructor(hostname: string) {
    super(`"${hostname}" must not be reached`);
  }
}

/** Where a server is, seen from here. */
export type Nearness = 'loopback' | 'private' | 'public' | 'forbidden';

/** How far inside an address may lead: to nobody's machine, to the network around this one, or to this machine too. */
export type Reach = 'public' | 'network' | 'near';

const ALLOWED: Readonly<Record<Reach, readonly Nearness[]>> = {
  public: ['public'],
  network: ['public', 'private'],
  near: ['public', 'private', 'loopback'],
};

const LOOPBACK = blockList(['127.0.0.0/8', '::1/128']);
const PRIVATE = blockList(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']);
/** Link-local, unspecified, and where clouds keep the credentials of a machine. */
const FORBIDDEN = blockList([
  '0.0.0.0/8',
  '169.254.0.0/16',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '::/128',
  'fe80::/10',
  'fd00:ec2::/32',
]);
const METADATA_NAMES = new Set([
  'metadata',
  'metadata.google.internal',
  'instance-data',
  'instance-data.ec2.internal',
]);

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits = ''] = range.split('/');
    list.addSubnet(network, Number(bits), isIPv4(network) ? 'ipv4' : 'ipv6');
  }
  return list;
}

export function nearnessOf(address: string): Nearness {
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  if (FORBIDDEN.check(address, family)) return 'forbidden';
  if (LOOPBACK.check(address, family)) return 'loopback';
  return PRIVATE.check(address, family) ? 'private' : 'public';
}

/** Docker's rule for a registry that may be spoken to without TLS. */
export function isLoopback(hostname: string): boolean {
  const bare = unbracketed(hostname);
  return bare === 'localhost' || (isIP(bare) !== 0 && nearnessOf(bare) === 'loopback');
}

/**
 * A lookup for servers that another server named: what it answers is both checked and connected to, so that nothing
 * can change in between. Addresses on this machine or network are for those that are there themselves.
 */
export function guardedLookup(reach: Reach, lookup: typeof systemLookup = systemLookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const refused = addresses.find(({ address }) => !allows(nearnessOf(address), reach));
      if (refused !== undefined) return callback(new AddressRefused(hostname), []);
      const [first] = addresses;
      if (options.all === true || first === undefined) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

/** What no lookup is made for: addresses and well-known names. */
export function assertMayConnect(hostname: string, reach: Reach): void {
  const bare = unbracketed(hostname).toLowerCase().replace(/\.$/, '');
  const address = isIP(bare) !== 0;
  if (METADATA_NAMES.has(bare) || (address && !allows(nearnessOf(bare), reach)))
    throw new AddressRefused(hostname);
}

/** Whether a host is on this machine or network; what cannot be looked up is not. */
export async function isNear(hostname: string, lookup: typeof systemLookup = systemLookup): Promise<boolean> {
  const bare = unbracketed(hostname);
  if (isIP(bare) !== 0) return nearnessOf(bare) !== 'public';
  if (bare === 'localhost') return true;
  return new Promise((resolve) => {
    lookup(bare, { all: true }, (error, addresses) => {
      resolve(error === null && addresses.every(({ address }) => nearnessOf(address) !== 'public'));
    });
  });
}

function allows(nearness: Nearness, reach: Reach): boolean {
  return ALLOWED[reach].includes(nearness);
}

function unbracketed(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
