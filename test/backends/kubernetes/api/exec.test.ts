import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Access } from '../../../../src/backends/kubernetes/api/access.ts';
import { exec } from '../../../../src/backends/kubernetes/api/exec.ts';
import { Outages } from '../../../../src/backends/kubernetes/api/outages.ts';
import { systemClock } from '../../../../src/io/clock.ts';
import { warningsWhile } from '../../../io/warnings.ts';

const STDOUT = 1;
const STATUS = 3;
/** So small that many come at once, and so many that a stream does not take all of them. */
const PIECE = Buffer.alloc(1024, 'x');
const PIECES = 2_000;

let server: WebSocketServer;
beforeEach(async () => {
  server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: ([first]) => first ?? false,
    verifyClient: ({ req }, answer) => answer(req.headers.authorization !== 'Bearer old', 401),
  });
  await once(server, 'listening');
});
afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

/** All that the program prints, without a pause. */
function print(socket: WebSocket): void {
  for (let piece = 0; piece < PIECES; piece++) socket.send(Buffer.concat([Buffer.of(STDOUT), PIECE]));
  socket.send(Buffer.concat([Buffer.of(STATUS), Buffer.from('{"status":"Success"}')]));
}

it('a program that prints faster than it is read leaves at most one wait', async () => {
  server.on('connection', print);
  const { port } = server.address() as AddressInfo;
  const access = {
    server: `http://127.0.0.1:${port}`,
    context: undefined,
    namespace: undefined,
    source: 'the test',
    credentials: async () => ({}),
  };
  const unused = () => Promise.reject(new Error('not called'));
  const waits: number[] = [];
  let length = 0;

  const warnings = await warningsWhile(async () => {
    const call = { path: '/api/v1/namespaces/a/pods/b', container: 'c', command: ['yes'] };
    const { stdout } = await exec(call, {
      access,
      call: unused,
      stream: unused,
      outages: new Outages(systemClock),
    });
    for await (const bytes of stdout) {
      length += bytes.length;
      waits.push(stdout.listenerCount('drain'));
      for (let turn = 0; turn < 20; turn++) await setImmediate();
    }
  });

  expect(length).toBe(PIECES * PIECE.length);
  expect(Math.max(...waits)).toBe(1);
  expect(warnings).toEqual([]);
});

it('credentials that are refused are asked for again, once', async () => {
  server.on('connection', print);
  const { port } = server.address() as AddressInfo;
  const asked: boolean[] = [];
  const access: Access = {
    server: `http://127.0.0.1:${port}`,
    context: undefined,
    namespace: undefined,
    source: 'the test',
    async credentials({ refused } = {}) {
      asked.push(refused !== undefined);
      return { headers: { Authorization: refused === undefined ? 'Bearer old' : 'Bearer new' } };
    },
  };
  const unused = () => Promise.reject(new Error('not called'));
  const call = { path: '/api/v1/namespaces/a/pods/b', container: 'c', command: ['yes'] };
  const { stdout } = await exec(call, {
    access,
    call: unused,
    stream: unused,
    outages: new Outages(systemClock),
  });
  stdout.destroy();

  expect(asked).toEqual([false, true]);
});
