// The private engine's network: a bridge, a range and three firewall rules of
// its own. dockerd itself is told to leave iptables alone, because a second
// dockerd that writes Docker's chains rewrites those of the first.

import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandResult, command, which } from '../machine/command.ts';
import { withLock } from '../machine/lock.ts';
import { cacheId } from '../machine/paths.ts';
import type { Parts } from '../parts/parts.ts';

// Ranges of 65,536 addresses; the first one that no route of the machine uses.
const RANGES = Array.from({ length: 40 }, (_, index) => `10.${213 + index}`);

export interface Network {
  readonly bridge: string;
  readonly range: string;
  /** from which networks made by a user are cut */
  readonly pool: string;
}

/** Two engines that start at the same time would choose the same range. */
export function ensureNetwork(engine: string, parts: Parts): Promise<Network> {
  return withLock('network', () => makeNetwork(engine, parts));
}

async function makeNetwork(engine: string, parts: Parts): Promise<Network> {
  const bridge = bridgeOf(engine);
  const ip = ipCommand(parts);
  const made = existsSync(`/sys/class/net/${bridge}`);
  const prefix = (made && (await prefixOf(bridge, ip))) || freePrefix();
  if (!made) await ip(['link', 'add', 'name', bridge, 'type', 'bridge']);
  if (!(await prefixOf(bridge, ip))) await ip(['addr', 'add', `${prefix}.0.1/24`, 'dev', bridge]);
  await ip(['link', 'set', bridge, 'up']);
  const range = `${prefix}.0.0/16`;
  for (const rule of rules(range)) await addRule(rule, parts);
  return { bridge, range, pool: `${prefix}.128.0/17` };
}

export async function removeNetwork(engine: string, parts: Parts): Promise<void> {
  const bridge = bridgeOf(engine);
  if (!existsSync(`/sys/class/net/${bridge}`)) return;
  const ip = ipCommand(parts);
  const prefix = await prefixOf(bridge, ip);
  if (prefix) for (const rule of rules(`${prefix}.0.0/16`)) await removeRule(rule, parts);
  await ip(['link', 'del', bridge]);
}

/** An interface name has at most 15 characters. */
function bridgeOf(engine: string): string {
  const id = createHash('sha256').update(`${cacheId()}/${engine}`).digest('hex');
  return `jobimg-${id.slice(0, 6)}`;
}

type Ip = (args: readonly string[]) => Promise<string>;

/** The machine's `ip`, or busybox's where it has none, as a bare Debian. */
function ipCommand(parts: Parts): Ip {
  const own = which('ip');
  return async (args) => {
    if (own) return (await command(own, args)).stdout;
    return (await command(join(parts.prefix, 'bin/busybox'), ['ip', ...args])).stdout;
  };
}

/** `10.213` of `10.213.0.1/24`. */
async function prefixOf(bridge: string, ip: Ip): Promise<string | undefined> {
  return / inet (10\.\d+)\.0\.1\/24/.exec(await ip(['addr', 'show', 'dev', bridge]))?.[1];
}

function freePrefix(): string {
  const used = routedPrefixes();
  const free = RANGES.find((range) => !used.some((route) => route.startsWith(`${range}.`)));
  if (!free) throw new Error('Every address range that the test engine may take is in use.');
  return free;
}

/** /proc/net/route holds addresses in hex, little-endian. */
function routedPrefixes(): readonly string[] {
  const lines = readFileSync('/proc/net/route', 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => {
    const bytes = Buffer.from(line.split('\t')[1] ?? '', 'hex').reverse();
    return [...bytes].join('.');
  });
}

interface Rule {
  readonly table: string;
  readonly chain: string;
  readonly match: readonly string[];
}

function rules(range: string): readonly Rule[] {
  return [
    { table: 'nat', chain: 'POSTROUTING', match: ['-s', range, '!', '-d', range, '-j', 'MASQUERADE'] },
    { table: 'filter', chain: 'FORWARD', match: ['-s', range, '-j', 'ACCEPT'] },
    { table: 'filter', chain: 'FORWARD', match: ['-d', range, '-j', 'ACCEPT'] },
  ];
}

async function addRule(rule: Rule, parts: Parts): Promise<void> {
  const there = await iptables('-C', rule, parts);
  if (there.code === 0) return;
  const { code, stderr } = await iptables('-I', rule, parts);
  if (code !== 0) throw new Error(`Containers would have no network: iptables says: ${stderr.trim()}`);
}

async function removeRule(rule: Rule, parts: Parts): Promise<void> {
  await iptables('-D', rule, parts);
}

function iptables(action: string, { table, chain, match }: Rule, parts: Parts): Promise<CommandResult> {
  const file = join(parts.prefix, 'usr/sbin/iptables');
  return command(file, ['-w', '10', '-t', table, action, chain, ...match], { allowFailure: true });
}
