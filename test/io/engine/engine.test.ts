import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createEngine } from '../../../src/io/engine/engine.ts';
import { EngineError } from '../../../src/io/engine/error.ts';
import { type FakeEngine, startFakeEngine } from '../../fakes/engine-server.ts';

let folder: string;
let fake: FakeEngine;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobimg-api-'));
  fake = await startFakeEngine(join(folder, 'docker.sock'), {});
});
afterEach(async () => {
  await fake.close();
  await rm(folder, { recursive: true, force: true });
});

async function failure(promise: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof EngineError) return error;
  throw new Error(`no engine error: ${String(error)}`);
}

function engineAt(url: string) {
  return createEngine({ url, source: 'the test' });
}

describe('the engine', () => {
  it('is asked once for its version, and spoken to in it', async () => {
    const engine = engineAt(fake.url);
    const paths: string[] = [];
    fake.fault = (_, request) => {
      paths.push(request.url ?? '');
      return false;
    };

    await Promise.all([
      engine.json({ method: 'GET', path: '/info' }),
      engine.json({ method: 'GET', path: '/info' }),
    ]);

    expect(paths).toEqual(['/_ping', '/v1.47/info', '/v1.47/info']);
    expect(await engine.version()).toBe('1.47');
  });

  it('says what time it is', async () => {
    const { date, value } = await engineAt(fake.url).dated({ method: 'GET', path: '/info' });

    expect(Math.abs(date - Date.now())).toBeLessThan(2_000);
    expect(value).toMatchObject({ NCPU: 4 });
  });

  it('refuses in its own words', async () => {
    const error = await failure(engineAt(fake.url).json({ method: 'GET', path: '/containers/x/json' }));

    expect([error.status, error.kind, error.message]).toEqual([
      404,
      'unavailable',
      'the Docker engine answered 404: No such container: x',
    ]);
  });

  it('refuses with something else than JSON', async () => {
    fake.fault = (call, _, response) => {
      if (call !== 'GET /info') return false;
      response.writeHead(502);
      response.end('<html>bad gateway</html>');
      return true;
    };

    const error = await failure(engineAt(fake.url).json({ method: 'GET', path: '/info' }));

    expect(error.message).toBe('the Docker engine answered 502: <html>bad gateway</html>');
  });

  it('takes a body as it comes', async () => {
    const engine = engineAt(fake.url);
    fake.images.set('image', {});
    const body = { Image: 'image', Entrypoint: [], Cmd: [], Env: [], Labels: {}, HostConfig: {} };
    const { Id } = (await engine.json({
      method: 'POST',
      path: '/containers/create',
      query: { name: 'a b' },
      body,
    })) as { Id: string };
    const { pack } = await import('tar-stream');
    const tar = pack();
    tar.entry({ name: 'x/y' }, 'z'.repeat(1_000_000));
    tar.finalize();

    await engine.json({
      method: 'PUT',
      path: `/containers/${Id}/archive`,
      query: { path: '/' },
      upload: tar as AsyncIterable<Uint8Array>,
    });

    expect(fake.containers.get(Id)?.files.get('/x/y')?.content).toHaveLength(1_000_000);
  });

  it('is told when a body could not be read to its end', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10);
      throw new Error('the file changed');
    }

    const call = engineAt(fake.url).json({ method: 'PUT', path: '/containers/x/archive', upload: broken() });

    await expect(call).rejects.toThrow('the file changed');
  });

  it('that does not answer in time is an error', async () => {
    fake.fault = (call) => call === 'GET /info';

    const error = await failure(engineAt(fake.url).json({ method: 'GET', path: '/info', timeout: 50 }));

    expect(error.message).toContain('did not answer within 0.05 s');
  });

  it('is not asked any longer when nobody wants to know', async () => {
    fake.fault = (call) => call === 'GET /info';
    const signal = AbortSignal.timeout(50);

    await expect(
      engineAt(fake.url).json({ method: 'GET', path: '/info', signal, timeout: 0 }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });

  it.each([
    ['there is no socket', 'none.sock', 'ENOENT', 'start Docker'],
    ['nobody listens', 'file.sock', 'ECONNREFUSED', 'start Docker'],
  ])('is unavailable when %s, and the way out is said', async (_, name, code, hint) => {
    await writeFile(join(folder, 'file.sock'), '');

    const error = await failure(engineAt(`unix://${folder}/${name}`).json({ method: 'GET', path: '/info' }));

    expect(error.message).toBe(`no Docker engine answers at unix://${folder}/${name} (the test): ${code}`);
    expect([error.kind, error.status, error.findings[0]?.hint]).toEqual([
      'unavailable',
      undefined,
      expect.stringContaining(hint),
    ]);
  });

  it('is unavailable when what answers is no engine', async () => {
    fake.fault = (_, __, response) => {
      response.removeHeader('Api-Version');
      response.end('hello');
      return true;
    };

    expect((await failure(engineAt(fake.url).version())).message).toBe(
      `what answers at ${fake.url} is not a Docker engine`,
    );
  });

  it('is unavailable when it hangs up', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;

    const error = await failure(engineAt(`tcp://127.0.0.1:${port}`).version());
    server.close();

    expect(error.message).toContain('ECONNRESET');
  });
});
