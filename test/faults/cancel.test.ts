import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isAbort } from '../../src/errors.ts';
import { systemClock } from '../../src/io/clock.ts';
import { createFetch } from '../../src/io/http/fetch.ts';
import { failureOf } from '../../src/report/failure.ts';
import { runAll } from '../../src/steps/runs/run-all.ts';
import type { Tools } from '../../src/tools/tools.ts';
import { dockerOn, runPlan } from '../backends/docker-bench.ts';
import { type FakeBench, IMAGE, IMAGE_NAME, startFakeBench } from '../backends/fake-bench.ts';
import { type FakeRegistry, startFakeRegistry } from '../fakes/registry-server.ts';
import { fakeWorld } from '../fakes/tools.ts';
import { imageOf, LINUX, setUp } from '../registry/setup.ts';
import { sampleOf, tell } from './sample.ts';

/** Moments are counted by requests: the one of this number is never answered, and the cancel comes with it. */
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

describe('a cancel at each request of a first build', () => {
  async function story(at: number, fake: FakeRegistry) {
    const controller = new AbortController();
    let sent = 0;
    let published = 0;
    const onRequest = ({ method, url }: { readonly method: string; readonly url: URL }): void => {
      if (sent++ === at) controller.abort();
      else if (method === 'PUT' && /\/manifests\/[^:]+$/.test(url.pathname)) published += 1;
    };
    const { registry, repository, clock } = setUp(fake, { signal: controller.signal, fetch: { onRequest } });
    const work = async (): Promise<void> => {
      await registry.resolve({ ...repository, path: 'library/python', tag: '3.13' }, LINUX);
      await registry.find({ ...repository, tag: 'train-1' });
      await registry.pushRefusal(repository);
      await registry.push(repository, imageOf('env'), 'env-1');
      await registry.push(repository, imageOf('code'), 'train-1');
    };
    const error = await work().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { error, sent, clock, published, tags: fake.state.tags.size };
  }

  async function onFake<T>(work: (fake: FakeRegistry) => Promise<T>): Promise<T> {
    const fake = await startFakeRegistry({ auth: 'token' });
    fake.seed('library/python', '3.13', { index: true });
    try {
      return await work(fake);
    } finally {
      await fake.close();
    }
  }

  it('is a cancel at once, and publishes nothing more', async () => {
    const { sent: total, tags: all } = await onFake((fake) => story(-1, fake));
    const moments = sampleOf(range(total), 8);

    for (const at of moments) {
      const { error, sent, clock, published, tags } = await onFake((fake) => story(at, fake));

      const failure = failureOf(error, true);
      expect({ at, ...failure }).toMatchObject({ at, reason: 'cancelled', exitCode: 130 });
      expect({ at, sent, slept: clock.slept() }).toEqual({ at, sent: at + 1, slept: 0 });
      expect({ at, tags }).toEqual({ at, tags: all - 2 + published });
    }
    tell('cancel-build', { moments: moments.length, requests: total });
  });

  it('hears it in a pause that the registry asked for, also before another call to it', async () => {
    await onFake(async (fake) => {
      fake.fault(0, { kind: 'status', status: 429, headers: { 'retry-after': '60' } }, 1);
      const controller = new AbortController();
      const fetch = createFetch({
        userAgent: 'jobimg',
        signal: controller.signal,
        clock: {
          ...systemClock,
          async sleep(milliseconds, signal) {
            controller.abort();
            await systemClock.sleep(milliseconds, signal);
          },
        },
      });
      const ask = () => fetch({ method: 'GET', url: new URL(`${fake.url}/v2/`), limit: 9_999, call: 'GET' });
      await ask();

      const error = await ask().catch((thrown: unknown) => thrown);

      expect(isAbort(error)).toBe(true);
    });
  });
});

describe('a cancel at each request of a run', () => {
  let bench: FakeBench;
  let folder: string;
  beforeEach(async () => {
    bench = await startFakeBench();
    folder = await mkdtemp(join(tmpdir(), 'jobimg-cancel-'));
  });
  afterEach(async () => {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** The calls that start it are never answered; those that follow it are, for they have to tell how it ended. */
  async function story(at: number) {
    bench.engine.images.delete(IMAGE_NAME);
    bench.engine.remote.set(IMAGE_NAME, {});
    bench.engine.calls.length = 0;
    const user = new AbortController();
    let started = false;
    bench.engine.fault = (call) => {
      const isAt = bench.engine.calls.length - 1 === at;
      if (isAt) user.abort();
      started ||= call.endsWith('/start');
      return isAt && !started;
    };
    const world = fakeWorld({});
    const host = { ...world.tools.host, cancelled: user.signal };
    const backend = dockerOn(bench.engine.url).backend;
    const files: Tools['files'] = async () => ({
      ...(await world.tools.files(runPlan(IMAGE, { kind: 'arguments', words: ['x'] }))),
      folder: join(folder, `run-${at}`),
    });
    const plan = runPlan(IMAGE, { kind: 'shell', shell: 'bash', text: 'prints' });
    const tools: Tools = { ...world.tools, host, files, backend: async () => backend };
    const { runs } = await runAll([plan], tools);
    await Promise.all(world.afterwards);
    return { runs, calls: bench.engine.calls.length, remembered: world.remembered.size, started };
  }

  it('leaves no container and no record', async () => {
    const whole = await story(-1);
    const moments = sampleOf(range(whole.calls), 8);

    for (const at of moments) {
      const { runs, remembered, started } = await story(at);

      const reasons = runs.map(({ verdict }) => verdict.reason);
      expect({ at, reasons, remembered }).toEqual({
        at,
        reasons: [started && reasons[0] === 'succeeded' ? 'succeeded' : 'cancelled'],
        remembered: 0,
      });
      expect({ at, left: bench.engine.containers.size }).toEqual({ at, left: 0 });
    }
    tell('cancel-run', { moments: moments.length, requests: whole.calls });
  });
});
