import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../../engine/machine/command.ts';
import { withLock } from '../../../engine/machine/lock.ts';
import { cacheDir } from '../../../engine/machine/paths.ts';
import { PrivateApt } from '../../../engine/parts/apt.ts';
import { startServer } from './server.ts';

export interface SshdOptions {
  /** Further lines of its configuration. */
  readonly lines?: readonly string[];
  /** Folders below `/run` that whoever logs in sees; all else there is sshd's own. */
  readonly seen?: readonly string[];
}

/** A real sshd on loopback. */
export interface Sshd {
  readonly port: number;
  /** With `host.pub`, and `user`, the private key that it lets in. */
  readonly folder: string;
  /** A line for `known_hosts`. */
  readonly knownHost: string;
  stop(): Promise<void>;
}

/** A user of sshd's alone, with all rights of this process. */
export const SSH_USER = 'git';

/** From Debian's packages, with keys and users of its own: the machine's configuration is neither read nor changed. */
export async function startSshd({ lines = [], seen = [] }: SshdOptions = {}): Promise<Sshd> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-sshd-'));
  const system = await ensureSshd();
  for (const name of ['host', 'user'])
    await command('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  const own = [
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/user.pub`,
    ...['PermitRootLogin yes', 'StrictModes no', 'UsePAM no', 'PidFile none', 'LogLevel ERROR'],
  ];
  await writeFile(join(folder, 'sshd_config'), `${[...own, ...lines].join('\n')}\n`);
  const users = `sshd:x:65533:65533::/run/sshd:/bin/false\n${SSH_USER}:x:0:0::${folder}:/bin/sh\n`;
  await writeFile(join(folder, 'passwd'), `${await readFile('/etc/passwd', 'utf8')}${users}`);

  const script = inOwnPlace(folder, seen);
  const daemon = `exec ${system}/usr/sbin/sshd -D -e -f ${folder}/sshd_config -o "Port $0" -o ListenAddress=127.0.0.1`;
  const server = await startServer((port) => ({
    file: 'unshare',
    args: ['--mount', 'sh', '-euc', `${script}\n${daemon}`, String(port)],
    env: { LD_LIBRARY_PATH: `${system}/usr/lib/x86_64-linux-gnu:${system}/lib/x86_64-linux-gnu` },
  }));
  return {
    port: server.port,
    folder,
    knownHost: `[127.0.0.1]:${server.port} ${(await readFile(join(folder, 'host.pub'), 'utf8')).trim()}\n`,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Users, and the folder that sshd wants, are seen by it alone. */
function inOwnPlace(folder: string, seen: readonly string[]): string {
  const kept = seen.map((path, index) => ({ path, at: `${folder}/seen-${index}` }));
  return [
    `mount --bind ${folder}/passwd /etc/passwd`,
    ...kept.flatMap(({ path, at }) => [`mkdir ${at}`, `mount --bind ${path} ${at}`]),
    'mount -t tmpfs none /run',
    'mkdir /run/sshd',
    ...kept.flatMap(({ path, at }) => [`mkdir -p ${path}`, `mount --move ${at} ${path}`]),
  ].join('\n');
}

/** Fetched once per machine, and only unpacked. */
async function ensureSshd(): Promise<string> {
  const system = join(cacheDir('sshd'), 'bookworm');
  if (existsSync(system)) return system;
  await withLock('sshd', async () => {
    if (!existsSync(system)) await fetchSshd(system);
  });
  return system;
}

async function fetchSshd(system: string): Promise<void> {
  const temporary = await mkdtemp(join(cacheDir('sshd.tmp'), 'run-'));
  const packages = join(temporary, 'apt');
  await mkdir(packages);
  const apt = new PrivateApt(packages);
  await apt.update();
  const names = ['openssh-server', 'libwrap0'];
  const versions = await apt.versions(names);
  const specs = names.flatMap((name) => {
    const found = versions.get(name)?.find(({ suite }) => suite === 'bookworm');
    return found === undefined ? [] : [`${name}=${found.version}`];
  });
  for (const file of await apt.download(specs))
    await command('dpkg-deb', ['-x', file, join(temporary, 'system')]);
  await rename(join(temporary, 'system'), system);
  await rm(temporary, { recursive: true, force: true });
}
