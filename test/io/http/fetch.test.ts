import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { answerTimeout, createFetch, type FetchOptions, type Request } from '../../../src/io/http/fetch.ts';
import { fakeClock } from '../../fakes/clock.ts';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function get(url: string, change: Partial<Request> = {}): Request {
  return { method: 'GET', url: new URL(url), limit: 1000, call: 'GET thing', ...change };
}

function newFetch(options: Partial<FetchOptions> = {}) {
  return createFetch({ clock: fakeClock(), userAgent: 'jobimg/test', ...options });
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function bytes(text: string) {
  return {
    size: Buffer.byteLength(text),
    async *open() {
      yield Buffer.from(text);
    },
  };
}

describe('an answer', () => {
  it('comes with status, headers in lower case and bytes', async () => {
    const url = await serve((_, response) =>
      response.writeHead(404, { 'X-One': '1', 'Set-Cookie': ['a', 'b'] }).end('gone'),
    );

    const answer = await newFetch()(get(url));

    expect([answer.status, answer.headers.get('x-one'), answer.headers.get('set-cookie')]).toEqual([
      404,
      '1',
      'a, b',
    ]);
    expect(Buffer.from(answer.body).toString()).toBe('gone');
  });

  it('is asked for as it is', async () => {
    let headers: IncomingMessage['headers'] = {};
    const url = await serve((request, response) => {
      headers = request.headers;
      response.end();
    });

    await newFetch()(get(url, { headers: { accept: 'a/b' } }));

    expect(headers).toMatchObject({
      accept: 'a/b',
      'accept-encoding': 'identity',
      'user-agent': 'jobimg/test',
    });
  });

  it('that is too long is refused while it is read', async () => {
    const url = await serve((_, response) => response.end('x'.repeat(1001)));

    await expect(newFetch()(get(url))).rejects.toMatchObject({
      message: 'GET thing: the answer is larger than 1000 bytes',
      repeat: undefined,
    });
  });

  it('that tells of an error is cut', async () => {
    const url = await serve((_, response) => response.writeHead(500).end('x'.repeat(1_000_000)));

    const answer = await newFetch()(get(url));

    expect([answer.status, answer.body.length]).toEqual([500, 16 * 1024]);
  });

  it('that is compressed is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const url = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );

    await expect(newFetch()(get(url))).rejects.toMatchObject({
      message: expect.stringContaining('is compressed'),
    });
  });

  it('that is cut in the middle may be asked for again', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.socket?.destroy());
    });

    await expect(newFetch()(get(url))).rejects.toMatchObject({ kind: 'unavailable', repeat: {} });
  });

  it('that drips is given up', async () => {
    const clock = fakeClock();
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      const drip = setInterval(() => {
        clock.advance(3000);
        response.write('a');
      }, 2);
      response.on('close', () => clearInterval(drip));
    });

    await expect(newFetch({ clock })(get(url))).rejects.toMatchObject({
      message: 'GET thing: the answer arrives too slowly',
    });
  });

  it('that never comes is an error that names the cause', async () => {
    const url = await serve((_, response) => response.end());
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));

    await expect(newFetch()(get(url))).rejects.toMatchObject({
      message: 'GET thing: nothing answers there',
      kind: 'unavailable',
      findings: [
        { code: 'unreachable', hint: 'check the host and the port, and that the server is running' },
      ],
    });
  });
});

describe('a server that was there', () => {
  it('is waited for when it is away', async () => {
    const url = await serve((_, response) => response.writeHead(200, { connection: 'close' }).end());
    const fetch = newFetch();
    await fetch(get(url));
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));

    await expect(fetch(get(url))).rejects.toMatchObject({
      message: 'GET thing: nothing answers there',
      repeat: {},
    });
    await expect(newFetch()(get(url))).rejects.toMatchObject({ repeat: { most: 4 } });
  });
});

describe('a redirect', () => {
  it('is followed, with the headers and without credentials when the port is another one', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers.accept);
      response.end('there');
    });
    const url = await serve((_, response) => response.writeHead(307, { location: `${other}/x` }).end());

    const answer = await newFetch()(get(url, { authorization: 'Bearer secret', headers: { accept: 'a/b' } }));

    expect(Buffer.from(answer.body).toString()).toBe('there');
    expect(answer.url.href).toBe(`${other}/x`);
    expect(seen).toEqual([undefined, 'a/b']);
  });

  it('of a request that holds a credential is followed at its own origin alone', async () => {
    const arrived: string[] = [];
    const other = await serve(async (request, response) => {
      arrived.push(await bodyOf(request));
      response.end();
    });
    const url = await serve(async (request, response) => {
      arrived.push(await bodyOf(request));
      response.writeHead(307, { location: request.url === '/' ? '/next' : `${other}/x` }).end();
    });
    const request = get(url, { method: 'POST', body: bytes('token'), holdsCredential: true });

    await expect(newFetch()(request)).rejects.toMatchObject({
      message: 'GET thing: the server redirects to another origin, and the request contains a credential',
      findings: [{ code: 'redirect-refused' }],
    });
    expect(arrived).toEqual(['token', 'token']);
  });

  it('keeps the credentials at the same origin', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/next' }).end();
      else response.end(request.headers.authorization);
    });

    const answer = await newFetch()(get(url, { authorization: 'Basic x' }));

    expect(Buffer.from(answer.body).toString()).toBe('Basic x');
  });

  it('to itself ends after five', async () => {
    let count = 0;
    const url = await serve((_, response) => {
      count += 1;
      response.writeHead(302, { location: '/' }).end();
    });

    await expect(newFetch()(get(url))).rejects.toMatchObject({ message: 'GET thing: more than 5 redirects' });
    expect(count).toBe(6);
  });

  it.each(['http://example.com/', 'file:///etc/passwd', 'ftp://127.0.0.1/', 'http://['])(
    'to %s is refused',
    async (location) => {
      const url = await serve((_, response) => response.writeHead(302, { location }).end());

      await expect(newFetch()(get(url))).rejects.toMatchObject({ findings: [{ code: 'redirect-refused' }] });
    },
  );

  it.each([
    'https://169.254.169.254/',
    'https://metadata.google.internal/',
    'https://[fd00:ec2::254]/',
    'https://0.0.0.0/',
  ])('to %s is refused without a connection', async (location) => {
    const url = await serve((_, response) => response.writeHead(302, { location }).end());

    await expect(newFetch()(get(url))).rejects.toMatchObject({ findings: [{ code: 'address-refused' }] });
  });

  it('sends the body again when it asks for that, and not otherwise', async () => {
    const bodies: string[] = [];
    const url = await serve(async (request, response) => {
      bodies.push(await bodyOf(request));
      const status = { '/': 308, '/second': 303 }[request.url ?? ''] ?? 200;
      response.writeHead(status, { location: '/second' }).end();
    });

    const answer = await newFetch()(get(url, { method: 'PUT', body: bytes('content') }));

    expect(answer.status).toBe(303);
    expect(bodies).toEqual(['content', 'content']);
  });
});

describe('a server that somebody else than the operator named', () => {
  const own = Object.values(networkInterfaces())
    .flatMap((all = []) => all)
    .find(({ internal, family }) => !internal && family === 'IPv4');

  it('is not this machine, by none of its addresses', async () => {
    const lookup = resolving(own?.address ?? '127.0.0.1');

    const byName = newFetch({ lookup })(get('https://files.example.com/', { reach: 'network' }));
    const byAddress = newFetch()(get(`https://${own?.address ?? '127.0.0.1'}/`, { reach: 'network' }));

    await expect(byName).rejects.toMatchObject({ findings: [{ code: 'address-refused' }] });
    await expect(byAddress).rejects.toMatchObject({ findings: [{ code: 'address-refused' }] });
  });

  it.each([
    'https://[::7f00:1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://192.0.0.192/',
  ])('is not what %s leads to', async (url) => {
    await expect(newFetch()(get(url, { reach: 'network' }))).rejects.toMatchObject({
      findings: [{ code: 'address-refused' }],
    });
  });
});

describe('a server that another one named', () => {
  const far = new URL('https://registry.example.com');

  it.each([
    'http://127.0.0.1:1/',
    'https://10.0.0.1/',
    'https://[::ffff:127.0.0.1]/',
    'https://192.168.1.1/',
  ])('is not on this machine or network: %s', async (url) => {
    const lookup = resolving('192.0.2.1');

    await expect(newFetch({ lookup })(get(url, { namedBy: far }))).rejects.toMatchObject({
      findings: [{ code: 'address-refused' }],
    });
  });

  it('is connected to at the address that was checked', async () => {
    const asked: string[] = [];
    const lookup = resolving('127.0.0.1', asked);

    const request = newFetch({ lookup })(
      get('https://token.example.com/', { namedBy: new URL('https://192.0.2.1') }),
    );

    await expect(request).rejects.toMatchObject({ findings: [{ code: 'address-refused' }] });
    expect(asked).toEqual(['token.example.com']);
  });

  it('is not let nearer by a second answer for the name of the one that named it', async () => {
    const answers = ['192.0.2.1', '10.0.0.1', '10.0.0.1'];
    const asked: string[] = [];
    const lookup: NonNullable<FetchOptions['lookup']> = ((
      hostname: string,
      _: unknown,
      callback: Answered,
    ) => {
      asked.push(hostname);
      callback(null, [{ address: answers[asked.length - 1] ?? '', family: 4 }]);
    }) as never;
    const fetch = newFetch({ lookup, timeouts: { connect: 50 } });
    const namedBy = new URL('https://registry.example.com');

    await fetch(get(namedBy.href, { namedBy })).catch(() => undefined);
    const named = fetch(get('https://10.0.0.1:1/', { namedBy }));

    await expect(named).rejects.toMatchObject({ findings: [{ code: 'address-refused' }] });
    expect(asked).toEqual(['registry.example.com']);
  });

  it('may be on this machine when the one that named it is', async () => {
    const url = await serve((_, response) => response.end('ok'));

    const answer = await newFetch()(get(url, { namedBy: new URL('http://127.0.0.1:1') }));

    expect(answer.status).toBe(200);
  });
});

type Answered = (error: null, addresses: object[]) => void;

function resolving(address: string, asked: string[] = []): NonNullable<FetchOptions['lookup']> {
  const lookup = (hostname: string, _: unknown, callback: Answered) => {
    asked.push(hostname);
    callback(null, [{ address, family: 4 }]);
  };
  return lookup as unknown as NonNullable<FetchOptions['lookup']>;
}

describe('calls to one host', () => {
  it('run four at a time', async () => {
    let running = 0;
    let most = 0;
    const url = await serve((_, response) => {
      running += 1;
      most = Math.max(most, running);
      setTimeout(() => {
        running -= 1;
        response.end();
      }, 5);
    });
    const fetch = newFetch();

    await Promise.all(Array.from({ length: 12 }, () => fetch(get(url))));

    expect(most).toBe(4);
  });

  it('all wait after a 429', async () => {
    const clock = fakeClock();
    const url = await serve((_, response) => response.writeHead(429, { 'retry-after': '7' }).end());
    const fetch = newFetch({ clock });

    await fetch(get(url));
    await fetch(get(url));

    expect(clock.slept()).toBe(7000);
  });
});

describe('an upload', () => {
  it('goes out with its length', async () => {
    const url = await serve(async (request, response) => {
      response.end(`${request.headers['content-length']} ${await bodyOf(request)}`);
    });

    const answer = await newFetch()(get(url, { method: 'PUT', body: bytes('content') }));

    expect(Buffer.from(answer.body).toString()).toBe('7 content');
  });

  it('that nobody reads is given up', async () => {
    const url = await serve(() => undefined);
    const endless = {
      size: 1e9,
      async *open() {
        for (;;) yield Buffer.alloc(65_536);
      },
    };
    const fetch = newFetch({ timeouts: { idle: 50 } });

    await expect(fetch(get(url, { method: 'PUT', body: endless }))).rejects.toMatchObject({
      message: 'GET thing: the connection timed out',
      repeat: {},
    });
  });

  it('is answered late where much has to be stored first', async () => {
    const url = await serve(async (request, response) => {
      await bodyOf(request);
      setTimeout(() => response.end(), 150);
    });
    const large = bytes('x'.repeat(4 * 1024 * 1024));
    const fetch = newFetch({ timeouts: { headers: 50, idle: 20 } });

    const answer = await fetch(get(url, { method: 'PUT', body: large }));

    expect(answer.status).toBe(200);
    await expect(fetch(get(url))).rejects.toThrow('it does not answer');
  });

  it.each([
    [undefined, 60_000],
    [1024, 60_001],
    [10 * 1024 ** 3, 60_000 + 2_560_000],
  ])('of %d bytes is waited for %d ms', (size, milliseconds) => {
    expect(answerTimeout(60_000, size)).toBe(milliseconds);
  });

  it('that fails while it is read keeps the error of the file', async () => {
    const url = await serve(async (request, response) => response.end(await bodyOf(request)));
    const broken = {
      size: 10,
      async *open() {
        yield Buffer.from('x');
        throw new RangeError('the file changed');
      },
    };

    await expect(newFetch()(get(url, { method: 'PUT', body: broken }))).rejects.toThrow('the file changed');
  });
});

describe('an abort', () => {
  it('ends a call with its own reason', async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort(new RangeError('enough')));

    await expect(newFetch({ signal: controller.signal })(get(url))).rejects.toThrow('enough');
  });
});

describe('onRequest', () => {
  it('sees every request that goes out', async () => {
    const seen: string[] = [];
    const url = await serve((request, response) =>
      request.url === '/' ? response.writeHead(302, { location: '/next' }).end() : response.end(),
    );

    await newFetch({ onRequest: ({ method, url: { pathname } }) => seen.push(`${method} ${pathname}`) })(
      get(url),
    );

    expect(seen).toEqual(['GET /', 'GET /next']);
  });
});
