import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { keepGuard } from '../../../src/backends/docker/deadline/guard.ts';
import type { Docker } from '../../../src/backends/docker/engine/docker.ts';
import type { Clock } from '../../../src/io/clock.ts';
import { systemClock } from '../../../src/io/clock.ts';
import { createEngine } from '../../../src/io/engine/engine.ts';
import type { Gpu } from '../../../src/jobspec/job/resources.ts';
import { keptPlan } from '../../../src/run/kept-plan.ts';
import type { RunEvent } from '../../../src/run/types/event.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import type { Program } from '../../fakes/engine-server.ts';
import { outcomeOf } from '../contract.ts';
import { dockerOn, runPlan } from '../docker-bench.ts';
import { type FakeBench, IMAGE, IMAGE_NAME, startFakeBench } from '../fake-bench.ts';

/** What only this machine knows. */
const OWNER = '0a1b2c3d4e5f60718293a4b5c6d7e8f9';
const NEVER = new AbortController().signal;

/** Nobody waits long, and deadlines stay where they are. */
const hurried: Clock = {
  ...systemClock,
  sleep: (span, signal) => systemClock.sleep(Math.min(span, 20), signal),
};

/** Minutes pass at once; only what is hours away never comes. */
function leapingClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    random: () => 0.5,
    async sleep(milliseconds, signal) {
      if (milliseconds > 3_600_000) return await systemClock.sleep(60_000, signal);
      now += milliseconds;
      await sleep(1);
    },
  };
}

let bench: FakeBench;
beforeEach(async () => {
  bench = await startFakeBench();
});
afterEach(async () => {
  await bench.close();
});

async function usePrograms(programs: Readonly<Record<string, Program>>): Promise<void> {
  await bench.close();
  bench = await startFakeBench(programs);
}

async function run(plan: RunPlan, docker: Partial<Docker> = {}) {
  const { backend, findings, progress } = dockerOn(bench.engine.url, docker);
  const handle = await backend.submit(plan, backend.intentOf(plan));
  return { backend, handle, findings, progress, ...(await outcomeOf(backend.follow(handle, NEVER))) };
}

describe('an answer that is lost', () => {
  it('leads to one container, whichever call it was', async () => {
    const plan = bench.plan('prints');
    let cut = 0;
    bench.engine.fault = (call, request, response) => {
      if (call !== 'POST /containers/create' || cut++ > 0) return false;
      // The engine acts, and nobody hears of it.
      response.end = () => {
        request.socket.destroy();
        return response;
      };
      return false;
    };

    const { stdout, verdict } = await run(plan, { clock: hurried });

    expect([stdout, verdict.reason]).toEqual(['out\n', 'succeeded']);
    expect(bench.engine.containers.size).toBe(1);
    expect(bench.engine.calls.filter((call) => call === 'POST /containers/create')).toHaveLength(2);
  });
});

describe('a start that its process did not live to see', () => {
  /** As Docker 28 has it when whoever asks for a start goes away before it is on its way. */
  const GIVEN_UP = 'Canceled: context canceled';

  async function leave(state: 'created' | 'removing', error: string) {
    const plan = bench.plan('prints');
    bench.engine.refuseStart = () => error;
    const { handle } = await run(plan);
    const [container] = bench.engine.containers.values();
    if (container === undefined) throw new Error('there is no container');
    container.state = state;
    bench.engine.refuseStart = undefined;
    return { plan, handle };
  }

  it('was never started, and is no end of the run', async () => {
    const { handle } = await leave('created', GIVEN_UP);

    expect((await bench.connect().look(handle, [])).state).toBe('created');
  });

  it('is made anew by the next start of the same run', async () => {
    const { plan } = await leave('created', GIVEN_UP);

    const { notes, stdout, verdict } = await run(plan, { clock: hurried });

    expect([stdout, verdict.reason, notes]).toEqual(['out\n', 'succeeded', []]);
    expect(bench.engine.containers.size).toBe(1);
  });

  it('is absent while its container is being removed', async () => {
    const { handle } = await leave('removing', '');

    expect((await bench.connect().look(handle, [])).state).toBe('absent');
  });

  it('is told as what it is where somebody follows it', async () => {
    const { handle } = await leave('created', GIVEN_UP);

    const { verdict } = await outcomeOf(
      dockerOn(bench.engine.url, { clock: hurried }).backend.follow(handle, NEVER),
    );

    expect(verdict).toMatchObject({ reason: 'internal', detail: expect.stringContaining('never started') });
  });
});

describe('an engine that cannot do everything', () => {
  it('starts the job without an init of its own, and says so', async () => {
    bench.engine.refuseStart = ({ body }) =>
      body.HostConfig['Init'] === true
        ? 'exec: "docker-init": executable file not found in $PATH: unknown'
        : undefined;

    const { notes, verdict } = await run(bench.plan('prints'));

    expect([verdict.reason, notes]).toEqual(['succeeded', [expect.stringContaining('no docker-init')]]);
    expect(bench.engine.containers.size).toBe(1);
  });

  it('starts the job without raised limits, and says so', async () => {
    bench.engine.refuseStart = ({ body }) =>
      'Ulimits' in body.HostConfig ? 'error setting rlimit type 3: operation not permitted' : undefined;

    const { notes, verdict } = await run(bench.plan('prints'));

    expect([verdict.reason, notes]).toEqual([
      'succeeded',
      ['the engine may not raise the stack limit to 64 MiB'],
    ]);
  });

  const gpu: Gpu = { count: { min: 1 }, names: [], optional: false };
  const noGpu = 'could not select device driver "" with capabilities: [[gpu]]';

  it('never starts a job without the GPU it asked for', async () => {
    bench.engine.refuseStart = ({ body }) => ('DeviceRequests' in body.HostConfig ? noGpu : undefined);

    const { verdict } = await run(bench.plan('prints', { resources: { gpu } }));

    expect(verdict).toMatchObject({
      reason: 'node-error',
      detail: noGpu,
      hint: expect.stringContaining('container toolkit'),
    });
  });

  it('starts it without one when the job says that it can do without', async () => {
    bench.engine.refuseStart = ({ body }) => ('DeviceRequests' in body.HostConfig ? noGpu : undefined);

    const { notes, verdict } = await run(
      bench.plan('prints', { resources: { gpu: { ...gpu, optional: true } } }),
    );

    expect([verdict.reason, notes]).toEqual(['succeeded', [`started without a GPU: ${noGpu}`]]);
    expect([...bench.engine.containers.values()][0]?.body.Env).toContain('JOBIMG_GPU_COUNT=0');
  });

  it('says from another process too why a start failed', async () => {
    bench.engine.refuseStart = () => noGpu;
    const { handle } = await run(bench.plan('prints'));

    const { verdict } = await outcomeOf(bench.connect().follow(handle, NEVER));

    expect(verdict).toMatchObject({ reason: 'node-error', detail: noGpu });
  });
});

describe('an image', () => {
  it('without bash runs its command with sh, and the log says so', async () => {
    bench.engine.images.set(IMAGE_NAME, { hasBash: false });

    const { notes, verdict } = await run(bench.plan('prints'));

    expect([verdict.reason, notes]).toEqual(['succeeded', [expect.stringContaining('no bash')]]);
    expect([...bench.engine.containers.values()][0]?.body.Cmd).toEqual(['-e', '-c', 'prints']);
  });

  it('is pulled with the credentials of its repository, padded as engines want them', async () => {
    bench.engine.images.clear();
    bench.engine.remote.set(IMAGE_NAME, {});

    const { progress, verdict } = await run(bench.plan('prints'), {
      pullAuth: async ({ path }) => Buffer.from(path).toString('base64url'),
    });

    expect(verdict.reason).toBe('succeeded');
    expect(bench.engine.pullAuth).toEqual(['YWNtZS90cmFpbg==']);
    expect(progress).toEqual([`pulling ${IMAGE_NAME}`]);
  });

  it('is pulled again where the engine breaks off in the middle', async () => {
    bench.engine.images.clear();
    bench.engine.remote.set(IMAGE_NAME, {});
    let pulls = 0;
    bench.engine.fault = (call, _, response) => {
      if (call !== 'POST /images/create' || pulls++ > 0) return false;
      response.writeHead(200).write('{"status":"Pulling"}\r\n', () => response.destroy());
      return true;
    };

    const { verdict } = await run(bench.plan('prints'), { clock: hurried });

    expect([verdict.reason, pulls]).toEqual(['succeeded', 2]);
  });
});

describe('a folder to write to', () => {
  it('is made for any user before the start, and system folders stay as they are', async () => {
    bench.engine.images.set(IMAGE_NAME, { user: '4242' });
    await run(bench.plan('prints', { outputs: ['outputs/', 'runs/best', 'model.pt', 'a/b.txt'] }));
    await run(bench.plan('prints', { workdir: '/tmp', outputs: ['x.pt'] }));

    const [first, second] = [...bench.engine.containers.values()];

    expect([...(first?.files ?? [])].map(([path, { mode, type }]) => [path, type, mode])).toEqual([
      ['/workspace', 'directory', 0o777],
      ['/workspace/outputs', 'directory', 0o777],
      ['/workspace/runs/best', 'directory', 0o777],
      ['/workspace/a', 'directory', 0o777],
    ]);
    expect(second?.files.size).toBe(0);
  });
});

describe('a follower', () => {
  it('goes on where it was when the engine comes back', async () => {
    const { backend } = dockerOn(bench.engine.url, { clock: hurried });
    const plan = bench.plan('counts');
    const handle = await backend.submit(plan, backend.intentOf(plan));
    const cutter = setInterval(() => bench.engine.cut(), 5);
    setTimeout(() => clearInterval(cutter), 200);

    const { stdout, verdict } = await outcomeOf(backend.follow(handle, NEVER));

    expect(stdout).toBe(Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join(''));
    expect(verdict.reason).toBe('succeeded');
  });

  it('gives up after ten minutes without an answer, and leaves the container alone', async () => {
    const { backend } = dockerOn(bench.engine.url, { clock: leapingClock() });
    const plan = bench.plan('sleeps', { timeout: 1e6 });
    const handle = await backend.submit(plan, backend.intentOf(plan));
    setTimeout(() => void bench.engine.down(), 20);

    const { verdict } = await outcomeOf(backend.follow(handle, NEVER));
    await bench.engine.up();

    expect(verdict).toMatchObject({
      reason: 'lost-contact',
      hint: expect.stringContaining(`docker logs --follow ${handle.name}`),
    });
    expect(bench.engine.containers.get(handle.native['container'] ?? '')?.state).toBe('running');
  });

  it('takes an end of 255 after a silence for what it is', async () => {
    const plan = bench.plan('sleeps');
    const { backend } = dockerOn(bench.engine.url, {
      clock: hurried,
    });
    const handle = await backend.submit(plan, backend.intentOf(plan));
    const outcome = outcomeOf(backend.follow(handle, NEVER));
    await sleep(20);
    await bench.engine.down();
    const container = bench.engine.containers.get(handle.native['container'] ?? '');
    if (container !== undefined)
      Object.assign(container, { state: 'exited', exitCode: 255, finishedAt: Date.now() });
    await sleep(50);
    await bench.engine.up();

    expect((await outcome).verdict.reason).toBe('interrupted');
  });
});

describe('a clock of the engine that jumps', () => {
  const day = 86_400_000;

  it.each([
    ['ahead', day],
    ['back', -day],
  ])('%s makes no time limit of an end with 0, and no other duration', async (_, jump) => {
    await usePrograms({
      jumps() {
        bench.engine.clockOffset += jump;
        return 0;
      },
    });

    const { verdict, duration } = await run(runPlan(IMAGE, { kind: 'arguments', words: ['jumps'] }));

    expect(verdict).toEqual({ reason: 'succeeded', exitCode: 0 });
    expect(duration).toBeGreaterThanOrEqual(0);
    expect(duration).toBeLessThan(3_600);
  });

  it('makes no time limit of another failure either', async () => {
    await usePrograms({
      jumps() {
        bench.engine.clockOffset += day;
        return 3;
      },
    });

    const { verdict } = await run(runPlan(IMAGE, { kind: 'arguments', words: ['jumps'] }));

    expect(verdict).toEqual({ reason: 'failed', exitCode: 3 });
  });

  it('leaves a run its time when another process attaches to it', async () => {
    const release = new AbortController();
    await usePrograms({
      async waits() {
        if (!release.signal.aborted) await once(release.signal, 'abort');
        return 0;
      },
    });
    const plan = runPlan(IMAGE, { kind: 'arguments', words: ['waits'] });
    const first = bench.connect();
    const handle = await first.submit(plan, first.intentOf(plan));
    bench.engine.clockOffset += day;

    const events = bench.connect().follow(handle, NEVER)[Symbol.asyncIterator]();
    const started = await events.next();
    bench.engine.fault = (call) => {
      if (call.endsWith('/logs')) setImmediate(() => release.abort());
      return false;
    };
    const { verdict } = await outcomeOf({ [Symbol.asyncIterator]: () => events });

    expect(started.value).toMatchObject({ type: 'state', state: 'started' });
    expect(verdict).toEqual({ reason: 'succeeded', exitCode: 0 });
    expect(bench.engine.calls.filter((call) => call.endsWith('/stop'))).toEqual([]);
  });
});

describe('a cancel', () => {
  const program: Readonly<Record<string, Program>> = {
    async saves({ files, print, stopping }) {
      print('ready\n');
      if (!stopping.aborted) await once(stopping, 'abort');
      print('saving\n');
      if (!released.signal.aborted) await once(released.signal, 'abort');
      print('saved\n');
      files.set('/workspace/outputs/checkpoint', { content: 'x' });
      return 0;
    },
  };
  let released = new AbortController();
  beforeEach(async () => {
    released = new AbortController();
    await usePrograms(program);
  });

  const plan = () => runPlan(IMAGE, { kind: 'arguments', words: ['saves'] }, { stopGrace: 50 });
  const stops = () => bench.engine.calls.filter((call) => call.endsWith('/stop')).length;

  /** Until the job has said this. */
  async function untilSaid(events: AsyncIterator<RunEvent>, text: string): Promise<void> {
    for (;;) {
      const { done, value } = await events.next();
      if (done) throw new Error('the run ended');
      if (value.type === 'log' && Buffer.from(value.bytes).toString().includes(text)) return;
    }
  }

  async function leave() {
    const cancelled = new AbortController();
    const leaving = new AbortController();
    const { backend, progress } = dockerOn(bench.engine.url, { uptime: () => 1_000 });
    const run = plan();
    const handle = await backend.submit(run, backend.intentOf(run));
    const events = backend.follow(handle, cancelled.signal, leaving.signal)[Symbol.asyncIterator]();
    await untilSaid(events, 'ready');
    cancelled.abort();
    await untilSaid(events, 'saving');
    leaving.abort();
    let last: RunEvent | undefined;
    for await (const event of { [Symbol.asyncIterator]: () => events }) last = event;
    return { run, handle, last, progress };
  }

  it('gives the job its whole grace, and says so', async () => {
    const { backend, progress } = dockerOn(bench.engine.url);
    const run = plan();
    const handle = await backend.submit(run, backend.intentOf(run));
    const queries: string[] = [];
    bench.engine.fault = (call, { url = '' }) => {
      if (call.endsWith('/stop')) queries.push(url.split('?')[1] ?? '');
      return false;
    };
    const cancelled = new AbortController();
    const events = backend.follow(handle, cancelled.signal)[Symbol.asyncIterator]();
    await untilSaid(events, 'ready');
    cancelled.abort();
    await untilSaid(events, 'saving');
    released.abort();

    const { stdout, verdict } = await outcomeOf({ [Symbol.asyncIterator]: () => events });

    expect([stdout, verdict]).toEqual(['saved\n', { reason: 'cancelled', exitCode: 0 }]);
    expect(queries).toEqual(['t=50']);
    expect(progress).toEqual(['the run is asked to stop, and has 50 s to save what it has']);
  });

  it('gives no more than the place we are in allows', async () => {
    const { backend, progress } = dockerOn(bench.engine.url, { longestGrace: 20 });
    const run = plan();
    const handle = await backend.submit(run, backend.intentOf(run));
    released.abort();

    await outcomeOf(backend.follow(handle, AbortSignal.abort()));

    expect(progress).toEqual(['the run is asked to stop, and has 20 s to save what it has']);
  });

  it('that cannot be waited for leaves the container in its grace, and its handle leads to the rest', async () => {
    const { run, handle, last } = await leave();

    expect(last).toMatchObject({
      type: 'left',
      verdict: {
        reason: 'cancelled',
        detail: 'it may still save its state, for at most 50 s; its outputs are collected by the post step',
      },
    });
    expect(bench.engine.containers.get(handle.native['container'] ?? '')?.state).toBe('running');

    const native = last?.type === 'left' ? last.native : {};
    const { backend, progress } = dockerOn(bench.engine.url, { uptime: () => 1_020 });
    const rest = outcomeOf(
      backend.follow({ ...handle, native: { ...handle.native, ...native } }, AbortSignal.abort()),
    );
    released.abort();
    const { stdout, verdict } = await rest;

    expect([stdout, verdict]).toEqual(['saved\n', { reason: 'cancelled', exitCode: 0 }]);
    expect([stops(), progress]).toEqual([1, []]);
    const folder = await mkdtemp(join(tmpdir(), 'jobimg-faults-'));
    const { files } = await backend.collect(handle, run, join(folder, 'out'));
    await rm(folder, { recursive: true });
    expect(files).toEqual(['outputs/checkpoint']);
  });

  it('ends with the grace, also when nobody else stops what was left', async () => {
    const { handle, last } = await leave();
    const native = last?.type === 'left' ? last.native : {};

    const { backend } = dockerOn(bench.engine.url, { uptime: () => 1_060, clock: hurried });
    const { verdict } = await outcomeOf(
      backend.follow({ ...handle, native: { ...handle.native, ...native } }, AbortSignal.abort()),
    );

    expect(verdict).toMatchObject({ reason: 'cancelled', exitCode: 137 });
    released.abort();
  });
});

describe('an engine that is reached without TLS', () => {
  it('is given no secret, and is told nothing of the run', async () => {
    const { backend } = dockerOn('tcp://engine.example.com:2375');
    const plan = bench.plan('prints', { secrets: ['SECRET'] });

    for (const told of [backend.check(plan), backend.submit(plan, backend.intentOf(plan))]) {
      await expect(told).rejects.toThrow(
        'the engine at tcp://engine.example.com:2375 is reached without TLS, and the job has secrets',
      );
    }
  });
});

describe('an overdue container', () => {
  const PLAN = `sha256:${'a'.repeat(64)}`;

  async function leave(
    state: 'running' | 'exited',
    deadline: number,
    labels: object = { 'jobimg.run': 'old', 'jobimg.plan': PLAN, 'jobimg.owner': OWNER },
    name?: string,
  ): Promise<void> {
    const { handle } = await run(bench.plan('prints'));
    const container = bench.engine.containers.get(handle.native['container'] ?? '');
    if (container === undefined) throw new Error('no container');
    const seconds = Math.floor(Date.now() / 1_000) + deadline;
    Object.assign(container.body, { Labels: { ...labels, 'jobimg.deadline': String(seconds) } });
    container.state = state;
    container.elapsed = () => (deadline === NOW_JUMPED ? 5 : 100_000);
    container.finishedAt = Date.now() + deadline * 1_000;
    if (name !== undefined) container.name = name;
  }

  /** The deadline was written by a clock that was a day behind. */
  const NOW_JUMPED = -86_400;

  const held = { place: undefined, hold: async () => undefined, isHeld: async () => true };

  it.each([
    ['running, past its deadline', 'running', -61, 0],
    ['running, within its time', 'running', 60, 1],
    ['running, just past it', 'running', -30, 1],
    ['ended, and perhaps being collected', 'exited', -600, 1],
    ['ended, and forgotten', 'exited', -3_700, 0],
    ['running since a moment, before which the clock was set', 'running', NOW_JUMPED, 1],
    ['running, past its deadline, and looked after', 'running', -61, 1, { presence: held }],
    ['ended, and looked after', 'exited', -3_700, 1, { presence: held }],
    ['ended, with outputs that are nowhere else', 'exited', -6 * 86_400, 1, {}, 'jobimg-kept-old'],
    ['ended, and nobody fetched them in a week', 'exited', -8 * 86_400, 0, {}, 'jobimg-kept-old'],
  ] as const)(
    'that is %s',
    async (_, state, deadline, left, docker: Partial<Docker> = {}, name: string = 'jobimg-old') => {
      await leave(state, deadline, undefined, name);

      const { handle } = await run(bench.plan('prints'), { owner: OWNER, ...docker });

      expect(bench.engine.containers.size).toBe(left + 1);
      expect(await bench.count(handle.name)).toBe(1);
    },
  );

  it('that ended detached stays a week for whoever attaches', async () => {
    const plan = { ...bench.plan('prints'), detached: true };
    const labels = {
      'jobimg.run': 'old',
      'jobimg.plan': PLAN,
      'jobimg.owner': OWNER,
      'jobimg.record': JSON.stringify(keptPlan(plan)),
    };
    await leave('exited', -6 * 86_400, labels, 'jobimg-young');
    await leave('exited', -8 * 86_400, labels, 'jobimg-old');

    await run(bench.plan('prints'), { owner: OWNER });

    expect([await bench.count('jobimg-young'), await bench.count('jobimg-old')]).toEqual([1, 0]);
  });

  it('that is running on an engine without a ps is left to its guard', async () => {
    await leave('running', -3_600);
    bench.engine.hasPs = false;

    await run(bench.plan('prints'), { owner: OWNER });

    expect(bench.engine.containers.size).toBe(2);
  });

  it('that ended just now, long after its deadline, had a clock set under it', async () => {
    await leave('exited', -9_999);
    for (const container of bench.engine.containers.values()) container.finishedAt = Date.now();

    await run(bench.plan('prints'), { owner: OWNER });

    expect(bench.engine.containers.size).toBe(2);
  });

  it.each([
    ['of somebody else', {}],
    [
      'whose image has labels with our names',
      { 'jobimg.run': 'old', 'jobimg.plan': PLAN, 'jobimg.owner': '' },
    ],
    ['of another machine', { 'jobimg.run': 'old', 'jobimg.plan': PLAN, 'jobimg.owner': 'e1e2' }],
  ])('%s is none of our business', async (_, labels) => {
    await leave('running', -9_999, labels);

    await run(bench.plan('prints'), { owner: OWNER });
    await run(bench.plan('prints'));

    expect(bench.engine.containers.size).toBe(3);
  });

  it('is known by what only this machine knows', async () => {
    const { handle } = await run(bench.plan('prints'), { owner: OWNER });

    const container = bench.engine.containers.get(handle.native['container'] ?? '');
    expect(container?.body.Labels).toMatchObject({ 'jobimg.owner': OWNER });
  });
});

describe('an earlier attempt of the same plan', () => {
  it('that still runs is attached to, and one that has ended is not', async () => {
    const first = bench.plan('sleeps', { family: 'same' });
    const backend = bench.connect();
    const running = await backend.submit(first, backend.intentOf(first));

    const second = bench.plan('sleeps', { family: 'same' });
    const attached = await backend.submit(second, backend.intentOf(second));
    await backend.cancel(running, 0);
    const third = await backend.submit(second, backend.intentOf(second)).catch(String);

    expect(attached.name).toBe(running.name);
    expect(third).toMatchObject({ name: running.name });
  });
});

describe('the guard of a run', () => {
  it('is told what to stop and when, and no secret', async () => {
    const told: string[] = [];
    const { handle } = await run(bench.plan('prints', { secrets: ['SECRET'], timeout: 100, stopGrace: 7 }), {
      spawnGuard: (argumentsJson) => void told.push(argumentsJson),
    });

    expect(told.map((text) => JSON.parse(text) as unknown)).toEqual([
      { container: handle.native['container'], seconds: 105, grace: 7 },
    ]);
  });

  async function startSleeping(): Promise<string> {
    const backend = bench.connect();
    const plan = bench.plan('sleeps');
    return (await backend.submit(plan, backend.intentOf(plan))).native['container'] ?? '';
  }

  it('stops the container at the deadline', async () => {
    const container = await startSleeping();

    await keepGuard(
      { container, seconds: 0.05, grace: 1 },
      createEngine({ url: bench.engine.url, source: '' }),
      systemClock,
    );

    expect(bench.engine.containers.get(container)).toMatchObject({ state: 'exited', exitCode: 143 });
  });

  it('leaves a mark by which whoever comes next knows why it ended', async () => {
    const plan = bench.plan('sleeps');
    const handle = await bench.connect().submit(plan, bench.connect().intentOf(plan));
    const container = handle.native['container'] ?? '';

    await keepGuard(
      { container, seconds: 0.05, grace: 1 },
      createEngine({ url: bench.engine.url, source: '' }),
      systemClock,
    );
    const { verdict } = await outcomeOf(bench.connect().follow(handle, NEVER));

    expect(verdict).toEqual({ reason: 'timeout', exitCode: 143 });
  });

  it('ends with the container', async () => {
    const container = await startSleeping();
    const guard = keepGuard(
      { container, seconds: 1_000, grace: 1 },
      createEngine({ url: bench.engine.url, source: '' }),
      systemClock,
    );
    await bench
      .connect()
      .cancel({ backend: 'docker', run: '', name: container, hash: 'sha256:', native: {} }, 0);

    await guard;

    expect(bench.engine.containers.size).toBe(0);
  });
});

describe('code that is mounted', () => {
  it('is in the container before it starts', async () => {
    const seen: string[] = [];
    await usePrograms({
      looks({ files }) {
        seen.push(...files.keys());
        return 0;
      },
    });
    const { pack } = await import('tar-stream');
    async function* code(): AsyncGenerator<Uint8Array> {
      const tar = pack();
      tar.entry({ name: 'workspace/train.py' }, 'print(1)');
      tar.finalize();
      for await (const chunk of tar) yield chunk as Uint8Array;
    }
    const mount = { files: { kind: 'listed', paths: [] }, entries: [], folder: '/workspace' } as const;

    await run(runPlan(IMAGE, { kind: 'shell', shell: 'bash', text: 'looks' }, { mount }), { code });

    expect(seen).toEqual(['/workspace/outputs', '/workspace/train.py']);
  });
});
