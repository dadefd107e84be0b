import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Docker, Presence } from '../../../../src/backends/docker/engine/docker.ts';
import { type Clock, systemClock } from '../../../../src/io/clock.ts';
import { createEngine } from '../../../../src/io/engine/engine.ts';
import type { Gpu } from '../../../../src/jobspec/job/resources.ts';
import type { RunEvent } from '../../../../src/run/types/event.ts';
import type { Handle } from '../../../../src/run/types/handle.ts';
import type { RunPlan } from '../../../../src/run/types/plan.ts';
import type { FakeContainer, FakeEngine } from '../../../fakes/engine-server.ts';
import { outcomeOf } from '../../contract.ts';
import { dockerOn, runPlan } from '../../docker-bench.ts';
import { type FakeBench, IMAGE, startFakeBench } from '../../fake-bench.ts';

const NEVER = new AbortController().signal;
const LOCK = 'jobimg-gpu-lock';
const ONE: Gpu = { count: { min: 1, max: 1 }, names: [], optional: false };

const hurried: Clock = {
  ...systemClock,
  sleep: (span, signal) => systemClock.sleep(Math.min(span, 10), signal),
};

/** What it sleeps passes at once; only what is hours away never comes. */
function leapingClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    random: () => 0.5,
    async sleep(milliseconds, signal) {
      const options = { ref: false, ...(signal === undefined ? {} : { signal }) };
      if (milliseconds > 3_600_000) return await sleep(2 ** 30, undefined, options);
      now += milliseconds;
      await sleep(1, undefined, signal === undefined ? {} : { signal });
    },
  };
}

let bench: FakeBench;
let engine: FakeEngine;
/** Ends the containers that run. */
let finish: EventTarget;
beforeEach(async () => {
  finish = new EventTarget();
  bench = await startFakeBench({
    async holds({ print, stopping }) {
      print('ready\n');
      await Promise.race([once(finish, 'now'), stopping.aborted ? undefined : once(stopping, 'abort')]);
      return stopping.aborted ? 143 : 0;
    },
    async briefly() {
      await sleep(20);
      return 0;
    },
  });
  ({ engine } = bench);
  engine.info['DiscoveredDevices'] = ['0', '1'].map((name) => ({
    Source: 'cdi',
    ID: `nvidia.com/gpu=${name}`,
  }));
});
afterEach(async () => {
  await bench.close();
});

function plan(program: string, changes: Partial<RunPlan> = {}): RunPlan {
  const command = { kind: 'arguments', words: [program] } as const;
  return runPlan(IMAGE, command, { resources: { gpu: ONE }, timeout: 1e6, ...changes });
}

/** A process of ours, as far as others can tell. */
function process(docker: Partial<Docker> = {}) {
  const { backend, progress } = dockerOn(engine.url, { clock: hurried, ...docker });
  return {
    backend,
    progress,
    async start(run: RunPlan): Promise<Handle> {
      return await backend.submit(run, backend.intentOf(run));
    },
    async run(run: RunPlan) {
      return await outcomeOf(backend.follow(await this.start(run), NEVER));
    },
  };
}

/** Reads until the run says why it waits. */
async function untilQueued(events: AsyncIterator<RunEvent>): Promise<string> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) throw new Error('the run ended');
    if (value.type === 'state' && value.state === 'queued') return value.detail;
  }
}

function iterate(events: AsyncIterable<RunEvent>): AsyncIterator<RunEvent> & AsyncIterable<RunEvent> {
  const iterator = events[Symbol.asyncIterator]();
  return { next: () => iterator.next(), [Symbol.asyncIterator]: () => iterator };
}

function devicesOf({ body }: FakeContainer): readonly string[] {
  const [request] = (body.HostConfig['DeviceRequests'] ?? []) as { DeviceIDs: string[] }[];
  return request?.DeviceIDs ?? [];
}

const running = () => [...engine.containers.values()].filter(({ state }) => state === 'running');
const named = (name: string) => [...engine.containers.values()].find((container) => container.name === name);

/** Fails a start that gives a device twice, and counts starts. */
function watchStarts(): { readonly starts: string[]; readonly twice: string[] } {
  const seen = { starts: [] as string[], twice: [] as string[] };
  engine.refuseStart = (container) => {
    const used = running().flatMap(devicesOf);
    seen.starts.push(...devicesOf(container));
    seen.twice.push(...devicesOf(container).filter((device) => used.includes(device)));
    return undefined;
  };
  return seen;
}

describe('two jobs on two GPUs', () => {
  it('get one each', async () => {
    await Promise.all([process().start(plan('holds')), process().start(plan('holds'))]);

    expect(running().flatMap(devicesOf).sort()).toEqual(['nvidia.com/gpu=0', 'nvidia.com/gpu=1']);
    expect(
      running()
        .map(({ body }) => body.Labels['jobimg.gpus'])
        .sort(),
    ).toEqual(['0', '1']);
    expect(named(LOCK)).toBeUndefined();
  });

  it('never have the same one, however many start from however many processes', async () => {
    const seen = watchStarts();
    const [one, other] = [process(), process()];

    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? one : other).run(plan('briefly'))),
    );

    expect(outcomes.map(({ verdict }) => verdict.reason)).toEqual(Array(10).fill('succeeded'));
    expect([seen.starts.length, seen.twice]).toEqual([10, []]);
    expect(new Set(seen.starts).size).toBe(2);
    expect(named(LOCK)).toBeUndefined();
  });
});

describe('a run that finds no free GPU', () => {
  const both: Gpu = { ...ONE, count: { min: 2, max: 2 } };

  async function waiting(docker: Partial<Docker> = {}, changes: Partial<RunPlan> = {}) {
    const first = plan('holds', { job: 'first', resources: { gpu: both } });
    const holder = await process().start(first);
    const run = plan('briefly', changes);
    const mine = process(docker);
    const handle = await mine.start(run);
    return { ...mine, first, holder, handle, run_: run };
  }

  it('waits with the reason, until the container that has it has ended', async () => {
    const { backend, handle, first } = await waiting();
    const events = iterate(backend.follow(handle, NEVER));
    const detail = await untilQueued(events);
    finish.dispatchEvent(new Event('now'));

    const { verdict } = await outcomeOf(events);

    expect(detail).toMatch(
      new RegExp(
        `^waits for 1 GPU: GPU 0 is used by the run ${first.id} \\(job first, since [-\\d]+ [:\\d]+ UTC\\), GPU 1 by the run ${first.id} `,
      ),
    );
    expect(verdict).toEqual({ reason: 'succeeded', exitCode: 0 });
    expect(engine.containers.size).toBe(2);
  });

  it('says the reason once, and again when it changes', async () => {
    const two = plan('holds', { job: 'second' });
    const first = await process().start(plan('holds', { job: 'first' }));
    await process().start(two);
    const mine = process();
    const events = iterate(
      mine.backend.follow(await mine.start(plan('briefly', { resources: { gpu: both } })), NEVER),
    );
    const said = [await untilQueued(events)];
    await sleep(100);
    const container = named(first.name);
    container?.stopping.abort();
    said.push(await untilQueued(events));
    finish.dispatchEvent(new Event('now'));
    const rest = await outcomeOf(events);

    expect(said[0]).toMatch(/^waits for 2 GPUs: GPU 0 .*job first.*, GPU 1 by .*job second/);
    expect(said[1]).toMatch(/^waits for 2 GPUs: GPU 1 is used by the run .*job second[^,]*, since [^,]*$/);
    expect(rest.verdict.reason).toBe('succeeded');
  });

  it('is still there when the process that follows the other one is killed', async () => {
    const { backend, handle, holder } = await waiting({ presence: presenceOf(new Set()) });
    const events = iterate(backend.follow(handle, NEVER));
    await untilQueued(events);
    await sleep(100);

    expect(named(handle.name)).toBeUndefined();
    expect(named(holder.name)?.state).toBe('running');
    finish.dispatchEvent(new Event('now'));
    expect((await outcomeOf(events)).verdict.reason).toBe('succeeded');
  });

  it.each(['while it is followed', 'before it is followed'])(
    'leaves nothing when it is cancelled %s',
    async (when) => {
      const { backend, handle } = await waiting();
      const cancelled = new AbortController();
      if (when.startsWith('before')) cancelled.abort();
      const events = iterate(backend.follow(handle, cancelled.signal));
      if (!cancelled.signal.aborted) await untilQueued(events);
      cancelled.abort();

      const { verdict } = await outcomeOf(events);

      expect(verdict).toEqual({ reason: 'cancelled' });
      finish.dispatchEvent(new Event('now'));
      await sleep(50);
      expect([engine.containers.size, named(LOCK)]).toEqual([1, undefined]);
    },
  );

  it('is taken back by the backend', async () => {
    const { backend, handle } = await waiting();

    await backend.cancel(handle, 0);
    finish.dispatchEvent(new Event('now'));
    const { verdict } = await outcomeOf(backend.follow(handle, NEVER));

    expect(verdict.reason).toBe('cancelled');
    expect(named(handle.name)).toBeUndefined();
  });

  it('gives up after its queue-timeout, which is no part of its timeout', async () => {
    const { backend, handle } = await waiting({ clock: leapingClock() }, { queueTimeout: 90, timeout: 5 });

    const { verdict } = await outcomeOf(backend.follow(handle, NEVER));

    expect(verdict).toMatchObject({
      reason: 'queue-timeout',
      detail: expect.stringMatching(/^it was not started within 90 s: waits for 1 GPU: GPU 0 is used by/),
      hint: expect.stringContaining('queue-timeout'),
    });
    expect(engine.containers.size).toBe(1);
  });

  it('goes on to wait when the engine was away', async () => {
    const { backend, handle, progress } = await waiting();
    const events = iterate(backend.follow(handle, NEVER));
    await untilQueued(events);
    await engine.down();
    await sleep(50);
    await engine.up();
    finish.dispatchEvent(new Event('now'));

    expect((await outcomeOf(events)).verdict.reason).toBe('succeeded');
    expect(progress).toContain('the engine does not answer, trying again');
  });

  it('has its deadline from its start on', async () => {
    const changes = { env: new Map([['JOBIMG_DEADLINE', '1']]), timeout: 1_000 };
    const { backend, handle } = await waiting({}, changes);
    finish.dispatchEvent(new Event('now'));
    await outcomeOf(backend.follow(handle, NEVER));

    const [text] = named(handle.name)?.body.Env.filter((pair) => pair.startsWith('JOBIMG_DEADLINE=')) ?? [];
    expect(Number(text?.split('=')[1])).toBeGreaterThan(Date.now() / 1_000);
  });
});

describe('a cancel', () => {
  it.each(Array.from({ length: 16 }, (_, index) => index + 1))(
    'at call %d leaves nothing',
    async (moment) => {
      const cancelled = new AbortController();
      let calls = 0;
      engine.fault = () => {
        if (++calls === moment) cancelled.abort();
        return false;
      };
      const { backend } = process();
      const run = plan('holds');

      const end = backend
        .submit(run, backend.intentOf(run), cancelled.signal)
        .then(async (handle) => {
          // So many calls were not needed.
          cancelled.abort();
          const { verdict } = await outcomeOf(backend.follow(handle, cancelled.signal));
          await backend.clean(handle);
          return verdict.reason;
        })
        .catch((error: Error) => error.name);

      expect(['cancelled', 'AbortError']).toContain(await end);
      expect([...engine.containers.values()].map(({ name, state }) => [name, state])).toEqual([]);
    },
  );
});

describe('a start of the same run', () => {
  it('does not wait for itself', async () => {
    engine.info['DiscoveredDevices'] = [{ Source: 'cdi', ID: 'nvidia.com/gpu=0' }];
    const run = plan('holds');
    await process().start(run);

    const again = process();
    const handle = await again.start(run);
    const events = iterate(again.backend.follow(handle, NEVER));
    finish.dispatchEvent(new Event('now'));
    const { notes, verdict } = await outcomeOf(events);

    expect([verdict.reason, notes]).toEqual(['succeeded', [expect.stringContaining('already there')]]);
  });
});

/** Names that live processes hold. */
function presenceOf(alive: Set<string>, place: string | undefined = 'here'): Presence {
  return {
    place,
    async hold(name) {
      alive.add(name);
      return { close: () => void alive.delete(name) };
    },
    isHeld: async (name) => alive.has(name),
  };
}

describe('a container that was made and not started', () => {
  /** As a process leaves it that is killed in between; its GPU is the only one. */
  async function unstarted(labels: Readonly<Record<string, string>> = {}) {
    engine.info['DiscoveredDevices'] = [{ Source: 'cdi', ID: 'nvidia.com/gpu=0' }];
    const body = {
      Image: [...engine.images.keys()][0],
      Labels: { 'jobimg.gpus': '0', 'jobimg.submit': 'maker', 'jobimg.presence': 'here', ...labels },
    };
    const { Id } = ((await dockerOn(engine.url).backend) && (await create('jobimg-left', body))) as {
      Id: string;
    };
    return Id;
  }

  it('has its GPU as long as the process that made it lives', async () => {
    await unstarted();
    const clock = leapingClock();
    const mine = process({ clock, presence: presenceOf(new Set(['maker'])) });

    const { verdict } = await mine.run(plan('briefly', { queueTimeout: 1_800 }));

    expect(verdict.reason).toBe('queue-timeout');
    expect(named('jobimg-left')?.state).toBe('created');
  });

  it.each([
    ['is known to be gone', {}, 60],
    ['cannot be seen from here', { 'jobimg.presence': 'elsewhere' }, 4_000],
  ])('is removed when that process %s', async (_, labels, seconds) => {
    await unstarted(labels);
    const mine = process({ clock: leapingClock(), presence: presenceOf(new Set()) });

    const { verdict } = await mine.run(plan('briefly', { queueTimeout: seconds }));

    expect(verdict.reason).toBe('succeeded');
    expect(named('jobimg-left')).toBeUndefined();
  });

  it.each([
    ['is removed when another run is over, and its process is gone', 'jobimg-late', 'here', undefined],
    ['stays when its process cannot be seen from here', 'jobimg-late', 'elsewhere', 'created'],
    ['stays when it has no name of ours', 'theirs', 'here', 'created'],
  ])('without a GPU %s', async (_, name, presence, state) => {
    const mine = process({ presence: presenceOf(new Set()) });
    const run = plan('briefly', { resources: {} });
    const handle = await mine.start(run);
    await outcomeOf(mine.backend.follow(handle, NEVER));
    const labels = { 'jobimg.gpus': '', 'jobimg.submit': 'maker', 'jobimg.presence': presence };
    await create(name, { Image: [...engine.images.keys()][0], Labels: labels });

    await mine.backend.clean(handle);

    expect(named(name)?.state).toBe(state);
  });

  it('of a process that cannot be seen is not removed at once', async () => {
    await unstarted({ 'jobimg.presence': 'elsewhere' });
    const mine = process({ clock: leapingClock(), presence: presenceOf(new Set()) });

    const { verdict } = await mine.run(plan('briefly', { queueTimeout: 1_800 }));

    expect(verdict.reason).toBe('queue-timeout');
    expect(named('jobimg-left')?.state).toBe('created');
  });

  it('keeps its GPU when it is started while its process is killed', async () => {
    const id = await unstarted();
    const clock = leapingClock();
    const mine = process({ clock, presence: presenceOf(new Set()) });
    let looks = 0;
    engine.fault = (call) => {
      const container = engine.containers.get(id);
      if (call === 'GET /containers/json' && ++looks === 5 && container !== undefined)
        container.state = 'running';
      return false;
    };

    const { verdict } = await mine.run(plan('briefly', { queueTimeout: 1_800 }));

    expect(verdict.reason).toBe('queue-timeout');
    expect(engine.containers.get(id)?.state).toBe('running');
  });
});

async function create(name: string, body: object): Promise<unknown> {
  const api = createEngine({ url: engine.url, source: 'the test' });
  return await api.json({ method: 'POST', path: '/containers/create', query: { name }, body });
}

describe('the lock of the GPUs', () => {
  const image = () => [...engine.images.keys()][0];

  it('of a process that was killed is taken away, and that is said', async () => {
    await create(LOCK, { Image: image(), Labels: { 'jobimg.lock': 'gpus', 'jobimg.submit': 'dead' } });
    const mine = process({ clock: leapingClock() });

    const { verdict } = await mine.run(plan('briefly'));

    expect(verdict.reason).toBe('succeeded');
    expect(mine.progress).toContain('the GPUs of the engine were locked by a process that is gone');
    expect(named(LOCK)).toBeUndefined();
  });

  it('is not taken from a container of somebody else that has its name', async () => {
    await create(LOCK, { Image: image(), Labels: {} });

    await expect(process({ clock: leapingClock() }).start(plan('briefly'))).rejects.toThrow(
      `the container "${LOCK}"`,
    );
    expect(named(LOCK)).toBeDefined();
  });

  it('that was lost makes a start begin anew: what was made under it is taken back', async () => {
    let isLost = false;
    const seen = watchStarts();
    engine.fault = (call, request) => {
      // Somebody takes a slow holder for a dead one just before it makes its container.
      const isRun = call === 'POST /containers/create' && !request.url?.includes(LOCK);
      const lock = named(LOCK);
      if (isRun && !isLost && lock !== undefined) {
        isLost = true;
        engine.containers.delete(lock.id);
      }
      return false;
    };

    const { verdict } = await process().run(plan('briefly'));

    expect([verdict.reason, isLost, seen.starts.length]).toEqual(['succeeded', true, 1]);
    expect(engine.calls.filter((call) => call === 'POST /containers/create')).toHaveLength(4);
    expect(engine.containers.size).toBe(1);
  });

  /** With what it is about. */
  function nameOf(call: string, url = ''): string {
    const lock = named(LOCK)?.id;
    const about = url.includes(LOCK) || (lock !== undefined && url.includes(lock)) ? LOCK : 'run';
    const [method = ''] = call.split(' ');
    if (method === 'DELETE') return `${method} ${about}`;
    return `${call} ${url.includes('jobimg.gpus') ? 'of GPUs' : about}`;
  }

  it.each([
    ['making the lock', `POST /containers/create ${LOCK}`],
    ['making the container', 'POST /containers/create run'],
    ['removing the lock', `DELETE ${LOCK}`],
    ['looking for containers', 'GET /containers/json of GPUs'],
  ])('holds when the answer to %s is lost', async (_, lost) => {
    const seen = watchStarts();
    let cut = 0;
    engine.fault = (call, request, response) => {
      if (!nameOf(call, request.url).startsWith(lost) || cut++ > 0) return false;
      // The engine acts, and nobody hears of it.
      response.end = () => {
        request.socket.destroy();
        return response;
      };
      return false;
    };
    const mine = process();

    const [one, other] = await Promise.all([mine.run(plan('briefly')), process().run(plan('briefly'))]);

    expect([one.verdict.reason, other.verdict.reason]).toEqual(['succeeded', 'succeeded']);
    expect([cut > 0, seen.twice, engine.containers.size]).toEqual([true, [], 2]);
  });
});

describe('GPUs that nobody knows', () => {
  it('are counted by the engine, and it is said that they are not shared fairly', async () => {
    delete engine.info['DiscoveredDevices'];

    const { notes, verdict } = await process().run(plan('briefly'));

    expect([verdict.reason, notes]).toEqual(['succeeded', [expect.stringContaining('JOBIMG_DEVICES=0,1')]]);
    expect([...engine.containers.values()].map(({ body }) => body.Labels['jobimg.gpus'])).toEqual(['0']);
  });

  it('are listed by the tool of their driver where the engine is of this machine', async () => {
    delete engine.info['DiscoveredDevices'];
    const list = 'GPU 0: Made up (UUID: GPU-aa)\nGPU 1: Made up (UUID: GPU-bb)\n';
    const devices = ['GPU-aa'];

    await process({ listGpus: async () => list, devices }).start(plan('holds'));
    await process({ listGpus: async () => list }).start(plan('holds'));

    expect(running().map(({ body }) => body.Labels['jobimg.gpus'])).toEqual(['GPU-aa 0', '1 GPU-bb']);
  });
});
