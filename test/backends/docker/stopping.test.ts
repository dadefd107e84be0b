import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunEvent } from '../../../src/run/types/event.ts';
import { outcomeOf } from '../contract.ts';
import { dockerOn, runPlan } from '../docker-bench.ts';
import { type FakeBench, IMAGE, PROGRAMS, startFakeBench } from '../fake-bench.ts';

const NEVER = new AbortController().signal;

describe('a run that another process stops', () => {
  let bench: FakeBench;
  let release: AbortController;
  beforeEach(async () => {
    release = new AbortController();
    bench = await startFakeBench({
      ...PROGRAMS,
      async waits({ print }) {
        print('ready\n');
        if (!release.signal.aborted) await once(release.signal, 'abort');
        return 1;
      },
    });
  });
  afterEach(() => bench.close());

  /** A run that somebody follows, and that has begun. */
  async function followed(program: string) {
    const plan = runPlan(IMAGE, { kind: 'shell', shell: 'bash', text: program });
    const { backend } = dockerOn(bench.engine.url);
    const handle = await backend.submit(plan, backend.intentOf(plan));
    const events: AsyncIterator<RunEvent> = backend.follow(handle, NEVER)[Symbol.asyncIterator]();
    await events.next();
    return { handle, outcome: outcomeOf({ [Symbol.asyncIterator]: () => events }) };
  }

  it('is cancelled for who follows it, who is told by whom', async () => {
    const { handle, outcome } = await followed('sleeps');

    await bench.connect().stop(handle, 10, 'jobimg stop');

    expect((await outcome).verdict).toEqual({
      reason: 'cancelled',
      exitCode: 143,
      detail: expect.stringMatching(/^it was stopped by "jobimg stop" of \S+ on \S+$/),
    });
    expect((await bench.connect().look(handle, [])).verdict?.reason).toBe('cancelled');
  });

  it('is none where it ended well all the same', async () => {
    const { handle, outcome } = await followed('traps');

    await bench.connect().stop(handle, 10, 'jobimg stop');

    expect((await outcome).verdict).toEqual({ reason: 'succeeded', exitCode: 0 });
  });

  it('fails by itself where the process that was to stop it died before, and it went on', async () => {
    const { handle, outcome } = await followed('waits');
    bench.engine.fault = (call, request) => {
      if (!call.endsWith('/stop')) return false;
      request.socket.destroy();
      return true;
    };

    await expect(bench.connect().stop(handle, 10, 'jobimg stop')).rejects.toThrow();
    bench.engine.clockOffset += 3_600_000;
    release.abort();

    expect((await outcome).verdict).toEqual({ reason: 'failed', exitCode: 1 });
  });

  it('is failed, and stopped all the same, where the engine takes no mark', async () => {
    const { handle, outcome } = await followed('sleeps');
    bench.engine.fault = (call, _, response) => {
      if (!/^PUT .*\/archive$/.test(call)) return false;
      response.writeHead(403).end('{"message":"container rootfs is marked read-only"}');
      return true;
    };
    const { backend, progress } = dockerOn(bench.engine.url);

    await backend.stop(handle, 10, 'jobimg stop');

    expect((await outcome).verdict.reason).toBe('failed');
    expect(progress).toEqual([expect.stringContaining('rootfs is marked read-only')]);
  });

  it.each([
    'no JSON',
    '{"container":"another","by":"x","at":0,"grace":1e9}',
    `{"container":"ID","by":${JSON.stringify('x\n::error::y')},"at":0,"grace":1e12}`,
    '{"container":"ID","by":"x","at":0,"grace":1}',
  ])('is none by what a job writes itself: %j', async (content) => {
    const { handle, outcome } = await followed('waits');
    const id = handle.native['container'] ?? '';
    const mark = { content: content.replace('ID', id) };
    bench.engine.containers.get(id)?.files.set('/.jobimg-stopped', mark);

    release.abort();

    expect((await outcome).verdict).toEqual({ reason: 'failed', exitCode: 1 });
  });

  it('leaves no mark where nobody says who asks', async () => {
    const { handle, outcome } = await followed('sleeps');
    bench.engine.calls.length = 0;

    await bench.connect().stop(handle, 10);

    expect((await outcome).verdict.reason).toBe('failed');
    expect(bench.engine.calls.filter((call) => call.startsWith('PUT') && call.endsWith('/archive'))).toEqual(
      [],
    );
  });
});
