import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../engine/machine/command.ts';
import { PrivateApt } from '../../engine/parts/apt.ts';
import { startServer } from './server.ts';

export interface SshServer {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** A line for `known_hosts`. */
  readonly knownHost: string;
  /** The socket of an agent that holds the key which the server lets in. */
  readonly agent: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A real sshd on loopback, from Debian's packages and with users of its own, and an agent with the key of one. */
export async function startSshServer(): Promise<SshServer> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-ssh-'));
  const system = await unpackSshd(folder);
  for (const name of ['host', 'user']) {
    await command('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  }
  const text = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const lines = [
    `HostKey ${folder}/host`,
    `AuthorizedKeysFile ${folder}/user.pub`,
    ...['PermitRootLogin yes', 'StrictModes no', 'UsePAM no', 'PidFile none', 'LogLevel ERROR'],
  ];
  await writeFile(join(folder, 'sshd_config'), `${lines.join('\n')}\n`);
  const users = `sshd:x:65533:65533::/run/sshd:/bin/false\ngit:x:0:0::${folder}:/bin/sh\n`;
  await writeFile(join(folder, 'passwd'), `${await readFile('/etc/passwd', 'utf8')}${users}`);

  // Users and the folder of sshd's are seen by it alone.
  const script = `mount --bind ${folder}/passwd /etc/passwd; mount -t tmpfs none /run; mkdir /run/sshd
exec ${system}/usr/sbin/sshd -D -e -f ${folder}/sshd_config -o "Port $0" -o ListenAddress=127.0.0.1`;
  const server = await startServer((port) => ({
    file: 'unshare',
    args: ['--mount', 'sh', '-euc', script, String(port)],
    env: { LD_LIBRARY_PATH: `${system}/usr/lib/x86_64-linux-gnu:${system}/lib/x86_64-linux-gnu` },
  }));

  const agent = join(folder, 'agent');
  const keeper = spawn('ssh-agent', ['-D', '-a', agent], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(keeper.stdout, 'data');
  await command('ssh-add', ['-q', join(folder, 'user')], { env: { ...process.env, SSH_AUTH_SOCK: agent } });
  return {
    host: `127.0.0.1:${server.port}`,
    knownHost: `[127.0.0.1]:${server.port} ${(await text('host.pub')).trim()}\n`,
    agent,
    async [Symbol.asyncDispose]() {
      keeper.kill();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function unpackSshd(folder: string): Promise<string> {
  const packages = join(folder, 'apt');
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
    await command('dpkg-deb', ['-x', file, join(folder, 'system')]);
  return join(folder, 'system');
}
