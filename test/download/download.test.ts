import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createInputCache } from '../../src/download/cache.ts';
import { type DownloadOptions, download } from '../../src/download/download.ts';
import { UserError } from '../../src/errors.ts';
import { createFetch } from '../../src/io/http/fetch.ts';
import { fakeClock } from '../fakes/clock.ts';

const TEXT = 'a,b\n1,2\n';
const HASH = createHash('sha256').update(TEXT).digest('hex');
const DAY = 86_400_000;

let folder: string;
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobimg-download-'));
});

afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

async function serve(listener: RequestListener): Promise<{ readonly url: string; readonly host: string }> {
  const made = createServer(listener);
  server = made;
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(made.address() as AddressInfo).port}`;
  return { url: `http://${host}/data.csv`, host };
}

function options(host: string, changes: Partial<DownloadOptions> = {}): DownloadOptions {
  const clock = fakeClock();
  return {
    fetch: createFetch({ clock, userAgent: 'jobimg/test' }),
    clock,
    cache: createInputCache(join(folder, 'cache'), Date.now),
    temporary: () => join(folder, 'temporary'),
    localHosts: [host],
    log: () => undefined,
    ...changes,
  };
}

function input(url: string, sha256?: string) {
  return { name: 'data', from: { url }, sha256, folder: '/inputs/data', file: 'data.csv' };
}

async function errorOf(work: Promise<unknown>): Promise<UserError> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof UserError)) throw new Error(`no UserError: ${error}`);
  return error;
}

describe('an input', () => {
  it('is fetched, and its hash told', async () => {
    const { url, host } = await serve((_, response) => response.end(TEXT));
    const lines: string[] = [];

    const file = await download(input(url), options(host, { log: (line) => lines.push(line) }));

    expect(await readFile(file.path, 'utf8')).toBe(TEXT);
    expect(file).toMatchObject({ size: TEXT.length, sha256: HASH });
    expect(lines).toEqual([`input data: ${TEXT.length} bytes, sha256 ${HASH}`]);
  });

  it('with a hash is fetched once', async () => {
    let requests = 0;
    const { url, host } = await serve((_, response) => {
      requests += 1;
      response.end(TEXT);
    });

    const first = await download(input(url, HASH), options(host));
    const second = await download(input(url, HASH), options(host));

    expect(requests).toBe(1);
    expect(second).toEqual(first);
  });

  it('is fetched again when what was kept is no longer what it was', async () => {
    const { url, host } = await serve((_, response) => response.end(TEXT));
    const first = await download(input(url, HASH), options(host));
    await writeFile(first.path, 'changed');

    const second = await download(input(url, HASH), options(host));

    expect(await readFile(second.path, 'utf8')).toBe(TEXT);
  });

  it('that is too large is refused before any of it is fetched', async () => {
    const { url, host } = await serve((_, response) => {
      response.writeHead(200, { 'content-length': 200e9 });
      response.write('x');
    });

    const error = await errorOf(download(input(url), options(host)));

    expect(error.message).toBe(
      'the input "data" has 200.0 GB, and a file that is fetched has at most 107.4 GB',
    );
    expect(error.kind).toBe('input');
  });

  it('that is another file is refused, and not kept', async () => {
    const { url, host } = await serve((_, response) => response.end('other'));

    const error = await errorOf(download(input(url, HASH), options(host)));

    expect(error.kind).toBe('input');
    expect(error.message).toMatch(
      /^the input "data" is not the expected file: its SHA-256 is [0-9a-f]{64}, not /,
    );
    expect(await readdir(join(folder, 'cache'))).toEqual([]);
  });

  it.each([
    [403, 'input', 'without credentials'],
    [404, 'input', 'check the address'],
    [410, 'input', 'check the address'],
  ])('that the server answers with %i ends the run', async (status, kind, hint) => {
    const { url, host } = await serve((_, response) => response.writeHead(status).end());

    const error = await errorOf(download(input(`${url}?token=secret`), options(host)));

    expect(error).toMatchObject({ kind, message: `GET ${url}: the server answers ${status}` });
    expect(error.findings[0]?.hint).toContain(hint);
    expect(existsSync(join(folder, 'temporary'))).toBe(false);
  });

  it('is asked for again while the server is busy, and from its beginning when the answer breaks', async () => {
    let requests = 0;
    const { url, host } = await serve((request, response) => {
      requests += 1;
      if (requests === 1) return void response.writeHead(503).end();
      if (requests > 2) return void response.end(TEXT);
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setImmediate(() => request.socket.destroy());
    });

    const file = await download(input(url), options(host));

    expect([requests, await readFile(file.path, 'utf8')]).toEqual([3, TEXT]);
  });

  it('is told nothing of the caller', async () => {
    let headers: string[] = [];
    const { url, host } = await serve((request, response) => {
      headers = Object.keys(request.headers);
      response.end(TEXT);
    });

    await download(input(url), options(host));

    expect(headers.sort()).toEqual(['accept-encoding', 'connection', 'host', 'user-agent']);
  });

  it.each([
    'http://127.0.0.1:1/x',
    'http://localhost:1/x',
    'http://[::1]:1/x',
    'http://169.254.169.254/latest',
  ])('of %s is none of a job', async (url) => {
    const error = await errorOf(download(input(url), options('other:1')));

    expect(error.findings[0]?.code).toBe('address-refused');
  });

  it('that is redirected to where nobody else may look is refused', async () => {
    const { url, host } = await serve((_, response) =>
      response.writeHead(302, { location: 'https://169.254.169.254/latest' }).end(),
    );

    const error = await errorOf(download(input(url), options(host)));

    expect(error.findings[0]?.code).toBe('address-refused');
  });
});

it('keeps no file that nobody asked for in a month', async () => {
  const { url, host } = await serve((_, response) => response.end(TEXT));
  const old = join(folder, 'cache', 'b'.repeat(64));
  await download(input(url, HASH), options(host));
  await writeFile(old, 'old');
  await utimes(old, new Date(Date.now() - 40 * DAY), new Date(Date.now() - 40 * DAY));
  const other = createHash('sha256').update('x').digest('hex');
  server?.removeAllListeners('request').on('request', (_, response) => response.end('x'));

  await download(input(url, other), options(host));

  expect((await readdir(join(folder, 'cache'))).sort()).toEqual([HASH, other].sort());
});
