import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SSH_USER, type Sshd, startSshd } from './sshd.ts';

/** An engine that is reached by ssh, as one of another machine is. */
export interface SshEngine {
  /** `ssh://git@127.0.0.1:<port>` */
  readonly url: string;
  /** What a user has in the environment who can reach it; `ssh` there reads a configuration of its own. */
  readonly env: Readonly<Record<string, string>>;
  readonly sshd: Sshd;
  /** Lines of the client's configuration from now on, on top of its own. */
  configure(...lines: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

/** `docker` is the environment of an engine on a unix socket; `there`, the PATH of who logs in. */
export async function startSshEngine(
  docker: Readonly<Record<string, string>>,
  there?: string,
): Promise<SshEngine> {
  const host = docker['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
  const socket = host.replace('unix://', '');
  const path = docker['PATH'] ?? process.env['PATH'] ?? '';
  const sshd = await startSshd({
    lines: [`SetEnv PATH=${there ?? path} DOCKER_HOST=${host}`],
    seen: socket.startsWith('/run/') ? [dirname(socket)] : [],
  });
  const { folder, port } = sshd;
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(join(folder, 'known_hosts'), sshd.knownHost);
  const configure = (...lines: readonly string[]): Promise<void> =>
    writeFile(join(folder, 'ssh_config'), [...lines, ...configOf(folder), ''].join('\n'));
  await configure();
  // The system's own ssh, which takes its user's folder from the table of users, and from no variable.
  const wrapper = `#!/bin/sh\nPATH='${path}' exec ssh -F ${folder}/ssh_config "$@"\n`;
  await writeFile(join(bin, 'ssh'), wrapper, { mode: 0o755 });
  const url = `ssh://${SSH_USER}@127.0.0.1:${port}`;
  return {
    url,
    env: { PATH: `${bin}:${path}`, DOCKER_HOST: url },
    sshd,
    configure,
    stop: () => sshd.stop(),
  };
}

function configOf(folder: string): readonly string[] {
  return [
    `IdentityFile ${folder}/user`,
    'IdentityAgent none',
    `UserKnownHostsFile ${folder}/known_hosts`,
    'GlobalKnownHostsFile /dev/null',
  ];
}
