import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Api, createApi } from '../../../src/backends/kubernetes/api/client.ts';
import { refusal, send } from '../../fakes/kubernetes/server.ts';
import { plainAccess } from '../kubernetes-bench.ts';

const CALL = { method: 'GET', path: '/apis/batch/v1/namespaces/ml/jobs/a' } as const;
const FORBIDDEN = refusal(403, 'Forbidden', 'User "me" cannot get resource "jobs"');

/** An API server that a test takes away, with a clock that stands still but for the pauses between two tries. */
describe('an API server that goes away', () => {
  let server: Server;
  let port: number;
  let isForbidden: boolean;
  let api: Api;
  let now: number;
  /** Called with the number of each pause. */
  let paused: (pause: number) => Promise<void> | void;
  beforeEach(async () => {
    isForbidden = false;
    now = 0;
    port = 0;
    paused = () => undefined;
    await come();
    let pauses = 0;
    const clock = {
      now: () => now,
      random: () => 1,
      async sleep(milliseconds: number) {
        now += milliseconds;
        pauses += 1;
        await paused(pauses);
      },
    };
    api = createApi({ access: plainAccess(`http://127.0.0.1:${port}`), clock, log: () => undefined });
  });
  afterEach(() => go());

  async function come(): Promise<void> {
    server = createServer((_, response) => {
      send(response, isForbidden ? FORBIDDEN : { status: 200, value: { kind: 'Job' } });
    });
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  }

  async function go(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  it('is waited for half a minute, once it has answered', async () => {
    await api.call(CALL);
    await go();
    paused = async () => {
      if (now > 30_000 && !server.listening) await come();
    };

    expect((await api.call(CALL)).value).toEqual({ kind: 'Job' });
    expect(now).toBeGreaterThan(30_000);
  });

  it('is given up soon where it has never answered: its address may be wrong', async () => {
    await go();

    await expect(api.call(CALL)).rejects.toThrow('nothing answers there (tried 4 times');
  });

  it('is asked again when it comes back and does not know its roles yet', async () => {
    await api.call(CALL);
    await go();
    paused = async (pause) => {
      isForbidden = pause < 4;
      if (!server.listening) await come();
    };

    expect((await api.call(CALL)).value).toEqual({ kind: 'Job' });
  });

  it('is believed when it refuses a minute later, or at any other time', async () => {
    isForbidden = true;
    await expect(api.call(CALL)).rejects.toMatchObject({ status: 403 });
    expect(now).toBe(0);

    await go();
    paused = async () => {
      if (!server.listening) await come();
    };
    await expect(api.call(CALL)).rejects.toMatchObject({ status: 403 });
    expect(now).toBeGreaterThan(60_000);
  });
});
