import { createServer } from 'node:net';
import { expect, it } from '@jest/globals';
import { freePort, isFree } from './port.ts';

// Linux's default: https://docs.kernel.org/networking/ip-sysctl.html (ip_local_port_range)
const FIRST_OF_CONNECTIONS = 32_768;

it('takes no port that a connection may be given before the server listens', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  expect(ports.filter((port) => port >= FIRST_OF_CONNECTIONS)).toEqual([]);
});

it('knows a port that is taken', async () => {
  const port = await freePort();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  expect(await isFree(port)).toBe(false);
  await new Promise((resolve) => server.close(resolve));
  expect(await isFree(port)).toBe(true);
});
