/**
 * The IPv4 address that an IPv6 address leads to, by way of the system or of a translator in the network; undefined when
 * there is none in it. https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function embeddedIpv4(address: string): string | undefined {
  const groups = groupsOf(address);
  const [first, second, third] = groups;
  // 6to4: https://www.rfc-editor.org/rfc/rfc3056
  if (first === 0x2002) return ipv4Of(second, third);
  return endsInIpv4(groups) ? ipv4Of(groups[6], groups[7]) : undefined;
}

const ZEROS = (count: number): string => '0,'.repeat(count);

/** What stands before the last 32 bits where those are an IPv4 address. */
const BEFORE: ReadonlySet<string> = new Set([
  // IPv4-mapped, and IPv4-compatible: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5
  `${ZEROS(5)}${0xffff}`,
  `${ZEROS(5)}0`,
  // IPv4-translated: https://www.rfc-editor.org/rfc/rfc2765#section-2.1
  `${ZEROS(4)}${0xffff},0`,
  // NAT64: https://www.rfc-editor.org/rfc/rfc6052#section-2.1
  `${0x64},${0xff9b},${ZEROS(3)}0`,
]);

function endsInIpv4(groups: readonly number[]): boolean {
  const [high, low] = groups.slice(6);
  const isSmall = high === 0 && (low === 0 || low === 1);
  return BEFORE.has(groups.slice(0, 6).join(',')) && !isSmall;
}

function ipv4Of(high = 0, low = 0): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}

/** The eight groups of 16 bits, whatever the address is written like. */
function groupsOf(address: string): readonly number[] {
  const written = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [before = '', after] = written.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const known = [...before, ...(after ?? [])].length;
  const between = after === undefined ? [] : Array.from({ length: 8 - known }, () => '0');
  return [...before, ...between, ...(after ?? [])].map((group) => Number.parseInt(group, 16));
}
