// The private engine's network: a bridge, a range and three firewall rules of
// its own. dockerd itself is told to leave iptables alone, because a second
// dockerd that writes Docker's chains rewrites those of the first.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command, which } from './command.mjs';
import { cacheId } from './paths.mjs';

// Ranges of 65,536 addresses; the first one that no route of the machine uses.
const RANGES = Array.from({ length: 40 }, (_, index) => `10.${213 + index}`);

/**
 * @typedef {object} Network
 * @property {string} bridge
 * @property {string} range
 * @property {string} pool from which networks made by a user are cut
 */

/**
 * @param {string} engine
 * @param {import('./parts.mjs').Parts} parts
 * @returns {Promise<Network>}
 */
export async function ensureNetwork(engine, parts) {
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

/**
 * @param {string} engine
 * @param {import('./parts.mjs').Parts} parts
 */
export async function removeNetwork(engine, parts) {
  const bridge = bridgeOf(engine);
  if (!existsSync(`/sys/class/net/${bridge}`)) return;
  const ip = ipCommand(parts);
  const prefix = await prefixOf(bridge, ip);
  if (prefix) for (const rule of rules(`${prefix}.0.0/16`)) await removeRule(rule, parts);
  await ip(['link', 'del', bridge]);
}

/** An interface name has at most 15 characters. */
function bridgeOf(engine) {
  const id = createHash('sha256').update(`${cacheId()}/${engine}`).digest('hex');
  return `jobimg-${id.slice(0, 6)}`;
}

/** The machine's `ip`, or busybox's, which a bare Debian has not either. */
function ipCommand(parts) {
  const own = which('ip');
  const [file, ...first] = own ? [own] : [join(parts.prefix, 'bin/busybox'), 'ip'];
  return async (args) => (await command(file, [...first, ...args])).stdout;
}

/** @returns {Promise<string | undefined>} `10.213` of `10.213.0.1/24` */
async function prefixOf(bridge, ip) {
  return / inet (10\.\d+)\.0\.1\/24/.exec(await ip(['addr', 'show', 'dev', bridge]))?.[1];
}

/** @returns {string} */
function freePrefix() {
  const used = routedPrefixes();
  const free = RANGES.find((range) => !used.some((route) => route.startsWith(`${range}.`)));
  if (!free) throw new Error('Every address range that the test engine may take is in use.');
  return free;
}

/** /proc/net/route holds addresses in hex, little-endian. */
function routedPrefixes() {
  const lines = readFileSync('/proc/net/route', 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => {
    const bytes = Buffer.from(line.split('\t')[1], 'hex').reverse();
    return [...bytes].join('.');
  });
}

function rules(range) {
  return [
    { table: 'nat', chain: 'POSTROUTING', match: ['-s', range, '!', '-d', range, '-j', 'MASQUERADE'] },
    { table: 'filter', chain: 'FORWARD', match: ['-s', range, '-j', 'ACCEPT'] },
    { table: 'filter', chain: 'FORWARD', match: ['-d', range, '-j', 'ACCEPT'] },
  ];
}

async function addRule(rule, parts) {
  const there = await iptables('-C', rule, parts);
  if (there.code === 0) return;
  const { code, stderr } = await iptables('-I', rule, parts);
  if (code !== 0) throw new Error(`Containers would have no network: iptables says: ${stderr.trim()}`);
}

async function removeRule(rule, parts) {
  await iptables('-D', rule, parts);
}

function iptables(action, { table, chain, match }, parts) {
  const file = join(parts.prefix, 'usr/sbin/iptables');
  return command(file, ['-w', '10', '-t', table, action, chain, ...match], { allowFailure: true });
}
