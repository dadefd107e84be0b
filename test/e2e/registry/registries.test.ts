import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Product, startOtherRegistry } from '../../engine/registry/other-registry.ts';
import { type AnsweredJob, type Ended, jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { type Repository, repositoryWith } from '../support/repository.ts';

// A cold machine compiles one of them.
const PRODUCTS = ['distribution 2', 'distribution 3', 'crane'] as const;

interface Server {
  readonly host: string;
  stop(): Promise<void>;
}

let parts: Parts;
let folder: string;
let proxy: Awaited<ReturnType<typeof startProxy>>;

beforeAll(async () => {
  parts = await startParts({ name: 'registries', auth: 'none', bases: ['busybox'] });
  folder = await mkdtemp(join(tmpdir(), 'jobimg-e2e-registries-'));
  proxy = await startProxy();
});

afterAll(async () => {
  await Promise.all([proxy?.close(), parts?.[Symbol.asyncDispose]()]);
  await rm(folder, { recursive: true, force: true });
});

/** Every request is seen, and what `refuses` says is not let through. */
async function startProxy() {
  const seen: string[] = [];
  const state = { behind: '', refuses: (_: string): boolean => false };
  const server = createServer((call: IncomingMessage, answer: ServerResponse) => {
    const { method = 'GET', url = '/', headers } = call;
    seen.push(`${method} ${url}`);
    if (state.refuses(`${method} ${url}`)) {
      call.resume();
      answer.writeHead(501).end();
      return;
    }
    const [hostname, port] = state.behind.split(':');
    const passed = request({ hostname, port, method, path: url, headers }, (said) => {
      answer.writeHead(said.statusCode ?? 502, said.headers);
      said.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    call.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    state,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function startProduct(product: (typeof PRODUCTS)[number]): Promise<Server | undefined> {
  if (product !== 'distribution 2')
    return startOtherRegistry(product satisfies Product, join(folder, product));
  return { host: parts.registry.host, stop: async () => undefined };
}

describe.each(PRODUCTS)('%s', (product) => {
  let server: Server | undefined;
  let repository: Repository;
  let first: AnsweredJob;

  beforeAll(async () => {
    server = await startProduct(product);
    proxy.state.behind = server?.host ?? '';
    proxy.state.refuses = () => false;
    repository = await repositoryWith({
      files: {
        'jobimg.yml': `name: train\nrun: cat code.txt\nimage: { base: busybox, env: { NAME: "${product} ${Date.now()}" } }\n`,
        'code.txt': 'first edition\n',
      },
    });
  });

  afterAll(async () => {
    await Promise.all([server?.stop(), repository?.[Symbol.asyncDispose]()]);
  });

  function build(): Promise<Ended> {
    proxy.seen.length = 0;
    const place = ['--registry', `${proxy.host}/acme/train`, '--defaults', parts.defaults];
    return jobimg(['build', ...place, '--json'], { cwd: repository.folder, env: parts.env });
  }

  function written(): readonly string[] {
    return proxy.seen.filter((line) => !/^(GET|HEAD) /.test(line));
  }

  /** There is no Go everywhere, and what cannot be compiled cannot be tried. */
  function itThere(name: string, test: () => Promise<void>): void {
    it(name, async () => {
      if (server !== undefined) await test();
    });
  }

  itThere('gets the first image of a repository', async () => {
    const ended = await build();
    first = onlyJob(ended);

    expect(ended.code).toBe(0);
    expect(first).toMatchObject({ image: { result: 'pushed' }, environment: { result: 'built' } });
    expect(ended.stderr).not.toContain('trying again');
  });

  itThere('is only read when nothing changed', async () => {
    const again = onlyJob(await build());

    expect(again.image).toMatchObject({ result: 'found', digest: first.image.digest });
    expect(written()).toEqual([]);
  });

  itThere('gets one layer when the code changed', async () => {
    await repository.write({ 'code.txt': 'second edition\n' });

    const changed = onlyJob(await build());

    expect(changed).toMatchObject({
      image: { result: 'pushed', cache: 'environment' },
      environment: { result: 'found', reference: first.environment?.reference },
    });
    expect(written().filter((line) => /^PUT .*\/manifests\//.test(line))).toHaveLength(1);
  });

  itThere('has the blobs of a push that was cut off for the next one', async () => {
    await repository.write({ 'code.txt': 'third edition\n' });
    proxy.state.refuses = (line) => /^PUT .*\/manifests\/train-/.test(line);
    const cut = await build();
    const sent = written().filter((line) => /^PUT .*\/blobs\//.test(line));
    proxy.state.refuses = () => false;

    const resumed = onlyJob(await build());

    expect(cut.code).toBe(4);
    expect(cut.stderr).toContain('the answer was 501');
    expect(sent).toHaveLength(2);
    expect(resumed.image.result).toBe('pushed');
    // crane's mounts nothing, so what is small is sent again.
    expect(written().filter((line) => /^PUT .*\/blobs\//.test(line))).toHaveLength(
      product === 'crane' ? 2 : 0,
    );
  });
});
