import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { createFetch } from '../../../src/io/http/fetch.ts';
import { fakeClock } from '../../fakes/clock.ts';

const servers: { close(): unknown }[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

type Act = (socket: Socket) => void;

async function listen(server: Pick<Server, 'listen' | 'address' | 'close'>): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', () => resolve()));
  return (server.address() as { readonly port: number }).port;
}

/** Whatever comes first is answered like this. */
function answering(act: Act): Promise<number> {
  const server = createServer((socket) => {
    // A client that gives up is what is tested.
    socket.on('error', () => undefined);
    socket.once('data', () => act(socket));
  });
  return listen(server);
}

/** `patience`: milliseconds, short only where an answer never comes. */
async function failureOf(port: number, scheme = 'http', patience = 30_000): Promise<UserError> {
  const fetch = createFetch({
    clock: fakeClock(),
    userAgent: 'jobimg',
    timeouts: { headers: patience, idle: patience },
  });
  const url = new URL(`${scheme}://127.0.0.1:${port}/v2/`);
  const error: unknown = await fetch({ method: 'GET', url, limit: 50_000, call: 'GET thing' }).then(
    ({ status }) => `an answer with ${status}`,
    (reason: unknown) => reason,
  );
  if (error instanceof UserError) return error;
  throw new Error(`no sentence for the user: ${error}`);
}

/** Sends more and more until the client has enough. */
function endless(start: string, piece: string): Act {
  return (socket) => {
    socket.write(start);
    const timer = setInterval(() => socket.write(piece), 1);
    socket.on('close', () => clearInterval(timer));
  };
}

const OTHER_PROTOCOLS: readonly (readonly [string, Act])[] = [
  ['SSH', (socket) => void socket.write('SSH-2.0-OpenSSH_9.2p1\r\n')],
  ['SMTP', (socket) => void socket.write('220 mail.example.com ESMTP\r\n')],
  ['a page without headers', (socket) => void socket.end('<html>hello</html>')],
  ['a TLS alert', (socket) => void socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 0x46]))],
  ['bytes', (socket) => void socket.write(Buffer.from([0, 1, 2, 3, 255, 254]))],
  ['a length below nothing', (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n')],
  ['the status 000', (socket) => void socket.end('HTTP/1.1 000 OK\r\ncontent-length: 0\r\n\r\n')],
  [
    'no length of a chunk',
    (socket) => void socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nabc'),
  ],
];

describe('a server that speaks another protocol', () => {
  it.each(OTHER_PROTOCOLS)('is a sentence that says what to check: %s', async (_, act) => {
    const error = await failureOf(await answering(act));

    expect(error).toMatchObject({
      message: expect.stringContaining('GET thing: what answers there does not speak HTTP as expected'),
      kind: 'unavailable',
      findings: [{ code: 'unreachable', hint: expect.stringContaining('check the host and the port') }],
    });
  });

  it('is told alike when it speaks first', async () => {
    const port = await listen(
      createServer((socket) => {
        socket.on('error', () => undefined);
        socket.write('SSH-2.0-OpenSSH_9.2p1\r\n');
      }),
    );

    expect((await failureOf(port)).message).toContain('does not speak HTTP');
  });

  it('is told alike when it speaks HTTP/2 alone', async () => {
    const port = await listen(createHttp2Server());

    expect((await failureOf(port)).message).toContain('does not speak HTTP');
  });

  it.each(['SSH-2.0-OpenSSH_9.2p1\r\n', 'HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n'])(
    'is told alike where TLS is begun: %j',
    async (text) => {
      const error = await failureOf(await answering((socket) => void socket.end(text)), 'https');

      expect(error).toMatchObject({
        message: expect.stringContaining('does not speak HTTP'),
        findings: [{ hint: expect.stringContaining('whether it needs TLS') }],
      });
    },
  );
});

describe('a server that speaks HTTP in a way of its own', () => {
  it.each([
    ['nothing', (socket) => void socket.end(), 'the connection was closed'],
    [
      'an endless header',
      endless('HTTP/1.1 200 OK\r\nx: ', 'y'.repeat(10_000)),
      'headers of its answer are too large',
    ],
    ['endless headers', endless('HTTP/1.1 200 OK\r\n', `x: ${'y'.repeat(1000)}\r\n`), 'too large'],
    ['an endless body', endless('HTTP/1.1 200 OK\r\n\r\n', 'y'.repeat(1000)), 'larger than 50000 bytes'],
    [
      'less than it said',
      (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc'),
      'closed in the middle',
    ],
    [
      'two lengths',
      (socket) => void socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nabc'),
      'did not have the length that it announced',
    ],
  ] as readonly (readonly [string, Act, string])[])('is a sentence: %s', async (_, act, message) => {
    expect((await failureOf(await answering(act))).message).toContain(message);
  });

  it('is waited for no longer than its headers may take', async () => {
    const port = await answering(endless('', 'HTTP/1.1 102 Processing\r\n\r\n'));

    expect((await failureOf(port, 'http', 200)).message).toContain('it does not answer');
  });

  it('is heard only so long when it tells of an error drop by drop', async () => {
    const clock = fakeClock();
    const port = await answering((socket) => {
      socket.write('HTTP/1.1 500 No\r\n\r\n');
      const timer = setInterval(() => {
        clock.advance(3000);
        socket.write('a');
      }, 1);
      socket.on('close', () => clearInterval(timer));
    });
    const fetch = createFetch({ clock, userAgent: 'jobimg' });

    const answer = await fetch({
      method: 'GET',
      url: new URL(`http://127.0.0.1:${port}/`),
      limit: 50_000,
      call: 'GET thing',
    });

    expect(answer.status).toBe(500);
  });
});
