import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { command } from '../../../engine/machine/command.ts';
import { startSshd } from './sshd.ts';

export interface SshServer {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** A line for `known_hosts`. */
  readonly knownHost: string;
  /** The socket of an agent that holds the key which the server lets in. */
  readonly agent: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A real sshd on loopback, and an agent with the key that it lets in. */
export async function startSshServer(): Promise<SshServer> {
  const server = await startSshd();
  const agent = join(server.folder, 'agent');
  const keeper = spawn('ssh-agent', ['-D', '-a', agent], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(keeper.stdout, 'data');
  const env = { ...process.env, SSH_AUTH_SOCK: agent };
  await command('ssh-add', ['-q', join(server.folder, 'user')], { env });
  return {
    host: `127.0.0.1:${server.port}`,
    knownHost: server.knownHost,
    agent,
    async [Symbol.asyncDispose]() {
      keeper.kill();
      await server.stop();
    },
  };
}
