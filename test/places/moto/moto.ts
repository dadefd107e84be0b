import { join } from 'node:path';
import { startServer } from '../../e2e/support/servers/server.ts';
import { command } from '../../engine/machine/command.ts';
import { ensureVenv } from '../../engine/python/venv.ts';
import { text } from './queue.py';

const PACKAGES = ['moto[server,batch,s3]==5.2.5', 'docker==7.2.0', 'awscli==1.46.3'];

/** An AWS of this machine, whose jobs are containers of an engine. */
export interface Moto {
  readonly queue: string;
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** What an operator's environment has: keys, region, address. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder of `aws`. */
  readonly bin: string;
  /** One call of the client, as JSON. */
  aws(...words: readonly string[]): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startMoto(engine: Readonly<Record<string, string>>): Promise<Moto> {
  const bin = await ensureVenv('moto', PACKAGES);
  const server = await startServer((port) => ({
    file: join(bin, 'moto_server'),
    args: ['-H', '127.0.0.1', '-p', String(port)],
    env: { ...engine, MOTO_DOCKER_NETWORK_MODE: 'host' },
  }));
  const host = `127.0.0.1:${server.port}`;
  const env = {
    AWS_ENDPOINT_URL: `http://${host}`,
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  const around = { env: { PATH: process.env['PATH'], ...env }, timeoutMs: 120_000 };
  await command(join(bin, 'python'), ['-c', text], around);
  return {
    queue: 'gpu-queue',
    host,
    env,
    bin,
    async aws(...words) {
      const { stdout } = await command(join(bin, 'aws'), [...words, '--output', 'json'], around);
      return stdout.trim() === '' ? undefined : JSON.parse(stdout);
    },
    stop: () => server.stop(),
  };
}
