// The engine's programs, taken from Debian packages that are only unpacked into
// a prefix of the cache, never installed.

import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { command } from '../machine/command.ts';
import { withLock } from '../machine/lock.ts';
import { cacheDir } from '../machine/paths.ts';
import { say } from '../machine/say.ts';
import { type PackageVersion, PrivateApt } from './apt.ts';

interface WantedPackage {
  readonly suite: string;
  readonly version?: string;
}

/**
 * `version` is a prefix: the newest version that starts with it is taken, or, where the archive has moved on,
 * the newest of the suite. runc and iptables come from the oldest suite, because newer ones want a newer
 * libc.
 */
const WANTED: Readonly<Record<string, WantedPackage>> = {
  'docker.io': { suite: 'sid', version: '28.5.2' },
  'docker-cli': { suite: 'sid', version: '28.5.2' },
  'docker-buildx': { suite: 'sid', version: '0.29.1' },
  containerd: { suite: 'sid', version: '2.1.' },
  runc: { suite: 'bookworm', version: '1.1.5' },
  'tini-static': { suite: 'sid' },
  crane: { suite: 'sid', version: '0.20.' },
  'docker-registry': { suite: 'sid', version: '2.8.3' },
  'busybox-static': { suite: 'bookworm' },
  mmdebstrap: { suite: 'bookworm' },
  iptables: { suite: 'bookworm' },
  libip4tc2: { suite: 'bookworm' },
  libip6tc2: { suite: 'bookworm' },
  libxtables12: { suite: 'bookworm' },
  libmnl0: { suite: 'bookworm' },
  'libnetfilter-conntrack3': { suite: 'bookworm' },
  libnfnetlink0: { suite: 'bookworm' },
  libnftnl11: { suite: 'bookworm' },
};

// Counts up when the prefix is made in another way, so that an old one is not used.
const REVISION = 2;

const PROGRAMS = {
  dockerd: ['--version'],
  docker: ['--version'],
  containerd: ['--version'],
  runc: ['--version'],
  crane: ['version'],
  'docker-registry': ['--version'],
};

export interface Parts {
  readonly prefix: string;
  /** PATH with the prefix's folders first */
  readonly path: string;
  /** The version of each package. */
  readonly versions: Readonly<Record<string, string>>;
}

export async function ensureParts(): Promise<Parts> {
  return findParts() ?? withLock('parts', async () => findParts() ?? (await fill()));
}

/** Undefined when they were never taken. */
export function findParts(): Parts | undefined {
  const prefix = prefixOfThisRecipe();
  if (!existsSync(prefix)) return undefined;
  const versions = JSON.parse(readFileSync(join(prefix, 'versions.json'), 'utf8'));
  return { prefix, path: pathOf(prefix), versions };
}

/** Another recipe has another prefix, so clones of different age do not quarrel. */
function prefixOfThisRecipe(): string {
  const recipe = JSON.stringify([REVISION, WANTED]);
  const key = createHash('sha256').update(recipe).digest('hex').slice(0, 12);
  return join(cacheDir('parts'), key);
}

function pathOf(prefix: string): string {
  const folders = ['usr/bin', 'usr/sbin', 'usr/libexec/docker', 'sbin', 'bin'];
  const own = folders.map((folder) => join(prefix, folder));
  const inherited = (process.env['PATH'] ?? '').split(':');
  const system = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];
  // Without repetitions, because this may be called with a PATH of its own making.
  return [...new Set([...own, ...inherited, ...system])].filter(Boolean).join(':');
}

/** Unpacked beside the prefix and renamed, so that a killed run leaves no half. */
async function fill(): Promise<Parts> {
  const prefix = prefixOfThisRecipe();
  say("taking the engine from the machine's Debian archive (about a minute, once)");
  rmSync(cacheDir('parts.tmp'), { recursive: true, force: true });
  const temporary = mkdtempSync(join(cacheDir('parts.tmp'), 'run-'));
  const aptDir = join(temporary, 'apt');
  const root = join(temporary, 'root');
  mkdirSync(aptDir);
  mkdirSync(root);
  const apt = new PrivateApt(aptDir);
  await apt.update();
  const chosen = choose(await apt.versions(Object.keys(WANTED)));
  const specs = Object.entries(chosen).map(([name, version]) => `${name}=${version}`);
  for (const file of await apt.download(specs)) {
    await command('dpkg', ['-x', file, root]);
  }
  await makeIptables(root);
  await checkPrograms(root);
  writeFileSync(join(root, 'versions.json'), `${JSON.stringify(chosen, null, 2)}\n`);
  renameSync(root, prefix);
  rmSync(temporary, { recursive: true, force: true });
  for (const spec of specs) say(`took ${spec}`);
  return { prefix, path: pathOf(prefix), versions: chosen };
}

function choose(available: ReadonlyMap<string, readonly PackageVersion[]>): Readonly<Record<string, string>> {
  const chosen: Record<string, string> = {};
  for (const [name, { suite, version }] of Object.entries(WANTED)) {
    const all = available.get(name) ?? [];
    const pinned = version && all.find((entry) => entry.version.startsWith(version));
    const taken = pinned ?? all.find((entry) => entry.suite === suite) ?? all[0];
    if (!taken) throw new Error(`The archive of this machine has no package "${name}".`);
    if (version && !pinned) say(`${name} ${version} is gone from the archive; ${taken.version} instead`);
    chosen[name] = taken.version;
  }
  return chosen;
}

/**
 * dpkg -x runs no maintainer script, so what those link is made here. iptables
 * needs its libraries from the prefix, and dockerd calls it by its plain name.
 */
async function makeIptables(root: string): Promise<void> {
  const lib = join('usr/lib', multiarchFolder(root));
  const scripts = (family: string): readonly { readonly file: string; readonly text: string }[] =>
    ['iptables', 'ip6tables'].map((name) => ({
      file: join(root, 'usr/sbin', name),
      text: iptablesScript(lib, `${name}-${family}`),
    }));
  for (const family of ['nft', 'legacy']) {
    for (const { file, text } of scripts(family)) {
      rmSync(file, { force: true });
      writeFileSync(file, text, { mode: 0o755 });
    }
    const args = ['-t', 'nat', '-S'];
    const { code } = await command(join(root, 'usr/sbin/iptables'), args, { allowFailure: true });
    if (code === 0) return;
  }
  say('iptables does not work here, neither with nftables nor without');
}

function iptablesScript(lib: string, name: string): string {
  return `#!/bin/sh
prefix=$(dirname "$(dirname "$(dirname "$0")")")
LD_LIBRARY_PATH="$prefix/${lib}" XTABLES_LIBDIR="$prefix/${lib}/xtables" exec "$prefix/usr/sbin/${name}" "$@"
`;
}

/** `x86_64-linux-gnu`, say. */
function multiarchFolder(root: string): string {
  const found = readdirSync(join(root, 'usr/lib')).find((name) => name.endsWith('-linux-gnu'));
  if (!found) throw new Error('The package libxtables12 holds no library.');
  return found;
}

/** A package of a newer suite may want a newer libc: better said here than later. */
async function checkPrograms(root: string): Promise<void> {
  const env = { ...process.env, PATH: pathOf(root) };
  for (const [name, args] of Object.entries(PROGRAMS)) await command(name, args, { env });
}
