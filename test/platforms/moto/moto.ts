// AWS on this machine, by moto: its Batch starts containers on an engine. The way to it can lose answers.
import { join } from 'node:path';
import { startServer } from '../../e2e/support/servers/server.ts';
import { command } from '../../engine/machine/command.ts';
import type { PlatformUnderTest } from '../bench.ts';
import { ensureClient } from '../client.ts';
import type { Engine } from '../container.ts';
import { type Reply, type Request, startPlatform } from '../server.ts';
import { text } from './account.py';

const REGION = 'eu-central-1';
export const MOTO_QUEUE = 'gpu-queue';

export interface Moto extends PlatformUnderTest {
  /** What an operator's environment has: keys, region, address. */
  readonly env: Readonly<Record<string, string>>;
  /** The images of the job definitions that were registered, by the name of the definition. */
  readonly images: ReadonlyMap<string, string>;
}

export async function startMoto(engine: Engine): Promise<Moto> {
  const packages = ['moto[server,batch,s3]==5.2.5', 'docker==7.2.0'];
  const bin = await ensureClient({ packages });
  if (bin === undefined) throw new Error('there is no python3');
  const server = await startServer((port) => ({
    file: join(bin, 'moto_server'),
    args: ['-H', '127.0.0.1', '-p', String(port)],
    env: { ...engine, MOTO_DOCKER_NETWORK_MODE: 'host' },
  }));
  const host = `127.0.0.1:${server.port}`;
  const jobs: { readonly name: string; readonly id: string }[] = [];
  const images = new Map<string, string>();
  const platform = await startPlatform([{ method: 'POST', path: /^/, answer: forward }], () => []);
  const env = {
    AWS_ENDPOINT_URL: platform.url,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  const direct = { ...process.env, ...env, AWS_ENDPOINT_URL: `http://${host}` };
  await command(join(bin, 'python'), ['-c', text], { env: direct, timeoutMs: 600_000 });

  async function forward(request: Request): Promise<Reply> {
    const { headers, path } = request;
    const kept = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' && KEPT.test(name) ? [[name, value] as [string, string]] : [],
    );
    const body = new Uint8Array(request.body);
    const answer = await fetch(`http://${host}${path}`, { method: 'POST', headers: kept, body });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (answer.ok) note(path, request.body, bytes);
    return { status: answer.status, body: bytes, headers: errorIn(answer) };
  }

  function note(path: string, asked: Buffer, said: Buffer): void {
    if (path === '/v1/submitjob') {
      const { jobId, jobName } = JSON.parse(said.toString());
      jobs.push({ name: jobName, id: jobId });
    }
    if (path !== '/v1/registerjobdefinition') return;
    const { containerProperties, jobDefinitionName } = JSON.parse(asked.toString());
    images.set(jobDefinitionName, containerProperties.image);
  }

  return {
    ...platform,
    env,
    images,
    started: (name) => jobs.filter((one) => one.name === name).length,
    async running(name) {
      const ids = jobs.filter((one) => one.name === name).map(({ id }) => id);
      const states = await statesOf(host, ids);
      return states.filter((state) => state !== 'SUCCEEDED' && state !== 'FAILED').length;
    },
    async close() {
      await platform.close();
      await server.stop();
    },
  };
}

const KEPT = /^(?:authorization|content-type|x-amz-.*)$/;
/** The region is known by the signature, which nobody checks. */
const SIGNED = `AWS4-HMAC-SHA256 Credential=test/20260101/${REGION}/batch/aws4_request, SignedHeaders=host, Signature=0`;

function errorIn(answer: Response): Readonly<Record<string, string>> {
  const type = answer.headers.get('x-amzn-errortype');
  return type === null ? {} : { 'x-amzn-errortype': type };
}

async function statesOf(host: string, jobs: readonly string[]): Promise<readonly string[]> {
  const body = JSON.stringify({ jobs });
  const answer = await fetch(`http://${host}/v1/describejobs`, {
    method: 'POST',
    headers: { authorization: SIGNED, 'content-type': 'application/json' },
    body,
  });
  const said = (await answer.json()) as { readonly jobs: readonly { readonly status: string }[] };
  return said.jobs.map(({ status }) => status);
}
