import { spawn } from 'node:child_process';
import http from 'node:http';
import type { Duplex } from 'node:stream';
import { absoluteEntries } from '../fs/folders.ts';
import { findTool, type Variables } from '../process/exec.ts';
import { type SshAddress, sshArguments } from './address.ts';
import { sshFailure } from './failure.ts';
import { ProcessStream } from './stream.ts';

/** What ssh and the programs of its configuration need; the rest of our environment may hold secrets. */
const KEPT = ['HOME', 'USER', 'LOGNAME', 'TMPDIR', 'XDG_RUNTIME_DIR', 'SSH_AUTH_SOCK', 'KRB5CCNAME'];

/** Variables for a process of ssh. */
export function sshEnvironment(env: Variables): Readonly<Record<string, string>> {
  const kept = KEPT.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(kept), PATH: absoluteEntries(env['PATH'] ?? '') };
}

/** Connections that are kept for the next request: a login takes longer than most requests. */
const MOST_FREE = 2;

/**
 * Connections to an engine by ssh, one process each. A process that waits for the next request ends with ours, or with
 * its network.
 */
export class SshAgent extends http.Agent {
  readonly #address: SshAddress;
  readonly #env: Variables;

  constructor(address: SshAddress, env: Variables) {
    super({ keepAlive: true, maxFreeSockets: MOST_FREE });
    this.#address = address;
    this.#env = env;
  }

  override createConnection(
    _options: http.ClientRequestArgs,
    done?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    // Whoever gets an error looks at no stream.
    const failed = done as ((error: unknown) => void) | undefined;
    this.#connect().then(
      (stream) => done?.(null, stream),
      (error: unknown) => failed?.(error),
    );
  }

  override keepSocketAlive(stream: Duplex): boolean {
    if (!(stream instanceof ProcessStream)) return false;
    stream.unref();
    return true;
  }

  async #connect(): Promise<ProcessStream> {
    const env = this.#env;
    const program = await findTool('ssh', env['PATH']);
    const child = spawn(program, sshArguments(this.#address), {
      env: sshEnvironment(env),
      cwd: '/',
      stdio: 'pipe',
      windowsHide: true,
    });
    return new ProcessStream(child, (code, said) => sshFailure(this.#address, code, said));
  }
}
