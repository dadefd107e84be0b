import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, isIPv4, type LookupFunction } from 'node:net';
import { networkInterfaces } from 'node:os';
import { embeddedIpv4 } from './embedded-address.ts';

/** An address that another server named and that is none of its business. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';

  constructor(hostname: string) {
    super(`"${hostname}" must not be contacted`);
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
const PRIVATE = blockList([
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '198.18.0.0/15',
  'fc00::/7',
  'fec0::/10',
]);
/**
 * Link-local, unspecified, for several or for protocols (https://www.iana.org/assignments/iana-ipv4-special-registry), and
 * where clouds keep the credentials of a machine.
 */
const FORBIDDEN = blockList([
  '0.0.0.0/8',
  '169.254.0.0/16',
  '192.0.0.0/24', // With 192.0.0.192, of Oracle.
  '192.88.99.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '100.100.100.200/32', // Alibaba
  '168.63.129.16/32', // Azure
  '::/128',
  'fe80::/10',
  'ff00::/8',
  '2001::/32', // Teredo and
  '64:ff9b:1::/48', // a NAT64 of one's own hold an IPv4 address that cannot be told.
  'fd00:ec2::/32', // AWS
  'fd20:ce::/32', // Google: https://cloud.google.com/compute/docs/metadata/overview
  'fd00:42::/32', // Scaleway
]);
const METADATA_NAMES = new Set([
  'metadata',
  'metadata.goog',
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

/** `own` are the addresses of this machine, which are as near as its loopback. */
export function nearnessOf(written: string, own: ReadonlySet<string> = new Set()): Nearness {
  const address = written.replace(/%.*$/, '');
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const embedded = family === 'ipv6' ? embeddedIpv4(address) : undefined;
  if (embedded !== undefined) return nearnessOf(embedded, own);
  if (FORBIDDEN.check(address, family)) return 'forbidden';
  if (LOOPBACK.check(address, family) || own.has(address)) return 'loopback';
  return PRIVATE.check(address, family) ? 'private' : 'public';
}

/** The addresses by which others reach this machine, as the system writes them. */
function ownAddresses(): ReadonlySet<string> {
  return new Set(Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)));
}

/** Docker's rule for a registry that may be spoken to without TLS. */
export function isLoopback(hostname: string): boolean {
  const bare = unbracketed(hostname);
  return bare === 'localhost' || (isIP(bare) !== 0 && nearnessOf(bare) === 'loopback');
}

interface CheckedLookup {
  /** undefined: anything. */
  readonly reach: Reach | undefined;
  readonly lookup?: typeof systemLookup | undefined;
  /** Told the addresses that are connected to. */
  readonly found: (hostname: string, addresses: readonly string[]) => void;
}

/**
 * A lookup for connections: what it answers is both checked and connected to, so that nothing can change in between.
 * Addresses on this machine or network are for those that are there themselves.
 */
export function checkedLookup({ reach, lookup = systemLookup, found }: CheckedLookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, []);
      const texts = addresses.map(({ address }) => address);
      if (!texts.every((address) => allows(address, reach)))
        return callback(new AddressRefused(hostname), []);
      found(hostname, texts);
      const [first] = addresses;
      if (options.all === true || first === undefined) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

/** What no lookup is made for: addresses and well-known names. */
export function assertMayConnect(hostname: string, reach: Reach): void {
  const bare = unbracketed(hostname).toLowerCase().replace(/\.$/, '');
  if (METADATA_NAMES.has(bare) || (isIP(bare) !== 0 && !allows(bare, reach)))
    throw new AddressRefused(hostname);
}

/**
 * Whether a host is on this machine or network, by the addresses that it was connected to at: asked for anew, a name
 * might have another answer.
 */
export function isNear(hostname: string, connected: Iterable<string> = []): boolean {
  const bare = unbracketed(hostname);
  if (bare === 'localhost') return true;
  const addresses = isIP(bare) === 0 ? [...connected] : [bare];
  return addresses.length > 0 && addresses.every((address) => nearnessOf(address) !== 'public');
}

function allows(address: string, reach: Reach | undefined): boolean {
  return reach === undefined || ALLOWED[reach].includes(nearnessOf(address, ownAddresses()));
}

function unbracketed(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
