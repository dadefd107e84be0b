import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Asking } from '../../../src/backends/kubernetes/api/access.ts';
import { systemClock } from '../../../src/io/clock.ts';
import type { RunEvent } from '../../../src/run/types/event.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import type { Backend } from '../../../src/tools/backend.ts';
import { refusal, send } from '../../fakes/kubernetes/server.ts';
import { outcomeOf } from '../contract.ts';
import {
  clusterPlan,
  type FakeKubernetesBench,
  kubernetesOn,
  plainAccess,
  startKubernetesBench,
} from '../kubernetes-bench.ts';

const NEVER = new AbortController().signal;
const NUMBERS = Array.from({ length: 20_000 }, (_, index) => `${index + 1}\n`).join('');

describe('the kubernetes backend', () => {
  let bench: FakeKubernetesBench;
  beforeEach(async () => {
    bench = await startKubernetesBench();
  });
  afterEach(() => bench.close());

  async function start(program: string, changes: Partial<RunPlan> = {}, backend: Backend = bench.connect()) {
    const run = clusterPlan(program, changes);
    const handle = await backend.submit(run, backend.intentOf(run));
    return { backend, run, handle };
  }

  async function outcome(program: string, changes: Partial<RunPlan> = {}) {
    const { backend, handle } = await start(program, changes);
    return await outcomeOf(backend.follow(handle, NEVER));
  }

  /** Answers some calls otherwise, so many times. */
  function fault(call: RegExp, times: number, answer: (response: ServerResponse) => void): void {
    let left = times;
    bench.cluster.fault = (asked, _request, response) => {
      if (left === 0 || !call.test(asked)) return false;
      left -= 1;
      answer(response);
      return true;
    };
  }

  const cut = (response: ServerResponse): void => void response.destroy();
  const jobs = () => bench.cluster.store.list('jobs');
  const made = () => bench.cluster.calls.filter((call) => call.startsWith('POST') && call.endsWith('/jobs'));

  it.each([
    [
      'too many requests',
      (response: ServerResponse) => void response.writeHead(429, { 'retry-after': '1' }).end(),
    ],
    [
      'a server that starts',
      (response: ServerResponse) => send(response, refusal(503, 'ServiceUnavailable', 'etcd')),
    ],
    ['a connection that is cut', cut],
  ])('survives %s, and makes one run', async (_, answer) => {
    fault(/./, 3, answer);

    expect((await outcome('prints')).verdict.reason).toBe('succeeded');
    expect(jobs()).toHaveLength(1);
  });

  it('makes one run when the answer is lost', async () => {
    let isCut = false;
    bench.cluster.fault = (call, _request, response) => {
      if (!isCut && call.startsWith('POST') && call.endsWith('/jobs')) {
        isCut = true;
        response.end = () => response.destroy() as ServerResponse;
      }
      return false;
    };

    expect((await outcome('prints')).verdict.reason).toBe('succeeded');
    expect([jobs().length, made().length]).toEqual([1, 2]);
  });

  it('brings the secrets of a run whose process was killed before it had made them', async () => {
    // The Job stays, as after a process that ends in between.
    fault(/^(?:POST .*secrets|DELETE .*jobs)/, 2, (response) =>
      send(response, refusal(422, 'Invalid', 'killed here')),
    );
    const run = clusterPlan('secret', { secrets: ['SECRET'] });
    const first = bench.connect();
    await expect(first.submit(run, first.intentOf(run))).rejects.toThrow('killed here');
    const second = bench.connect();
    const handle = await second.submit(run, second.intentOf(run));
    const { stdout, notes } = await outcomeOf(second.follow(handle, NEVER));

    expect(Buffer.from(stdout.trim(), 'hex').toString()).toBe(bench.secret);
    expect(notes).toEqual([`attached to the run that is already there: ${handle.name}`]);
  });

  it('goes on with a run that an earlier attempt left, and starts none beside it', async () => {
    const { handle, run } = await start('sleeps', { family: 'f' });
    const again = await start('sleeps', { family: 'f', hash: run.hash });

    expect(again.handle.name).toBe(handle.name);
    expect(jobs()).toHaveLength(1);
    await again.backend.cancel(again.handle, 0);
  });

  it('waits for one of the same name to go away', async () => {
    const { run, handle } = await start('prints');
    const [job] = jobs();
    if (job === undefined) throw new Error('there is no Job');
    bench.cluster.store.update('jobs', job, (draft) => {
      draft.metadata.deletionTimestamp = '2026-12-01T10:00:00Z';
    });
    const second = bench.connect();
    const submitted = second.submit(run, second.intentOf(run));
    bench.cluster.store.remove('jobs', 'default', handle.name);

    expect((await outcomeOf(second.follow(await submitted, NEVER))).verdict.reason).toBe('succeeded');
  });

  it.each([
    [
      'ends without a word',
      () => {
        bench.cluster.linesPerStream = 3_000;
      },
    ],
    [
      'is cut',
      () => {
        let count = 0;
        bench.cluster.fault = (call, _request, response) => {
          if (call.endsWith('/log')) count += 1;
          if (call.endsWith('/log') && count < 4) setTimeout(() => response.destroy(), 5);
          return false;
        };
      },
    ],
  ])('has every line of a log once whose stream %s', async (_, breakIt) => {
    breakIt();

    expect((await outcome('counts')).stdout).toBe(NUMBERS);
  });

  const NO_WATCHER = 'failed to create fsnotify watcher: too many open files';

  /** A clock whose pauses are over at once, and noted. */
  function hasty() {
    const pauses: number[] = [];
    let ahead = 0;
    const clock = {
      ...systemClock,
      now: () => systemClock.now() + ahead,
      async sleep(milliseconds: number) {
        pauses.push(milliseconds);
        ahead += milliseconds;
        await systemClock.sleep(1);
      },
    };
    return { pauses, clock };
  }

  it('asks for the log again, after a pause, where the kubelet writes why it has none into it', async () => {
    bench.cluster.linesPerStream = 3_000;
    let left = 3;
    bench.cluster.fault = (call, _request, response) => {
      if (!call.endsWith('/log') || left === 0) return false;
      left -= 1;
      const end = response.end.bind(response);
      response.end = () => end(NO_WATCHER);
      return false;
    };
    const { clock, pauses } = hasty();
    const { backend } = kubernetesOn(plainAccess(bench.cluster.url), { clock });
    const { handle } = await start('counts', {}, backend);
    const { notes, stdout } = await outcomeOf(backend.follow(handle, NEVER));

    expect(stdout).toBe(NUMBERS);
    expect(notes).toEqual([`its node cannot give the log, and is asked again: ${NO_WATCHER}`]);
    expect(pauses.filter((pause) => pause >= 2_000)).toHaveLength(3);
  });

  it('ends a run whose node has lost the log, and says so', async () => {
    const gone = 'unable to retrieve container logs for containerd://5f2c';
    fault(/\/log$/, Number.POSITIVE_INFINITY, (response) => void response.writeHead(200).end(gone));
    const { clock } = hasty();
    const { backend } = kubernetesOn(plainAccess(bench.cluster.url), { clock });
    const { handle } = await start('prints', {}, backend);
    const { notes, stdout, verdict } = await outcomeOf(backend.follow(handle, NEVER));

    expect([stdout, verdict.reason]).toEqual(['', 'succeeded']);
    expect(notes).toEqual([
      `its node cannot give the log, and is asked again: ${gone}`,
      `the end of the log may be missing: its node did not give it within 60 s: ${gone}`,
    ]);
  });

  it('goes on from where another process left it', async () => {
    const leaving = new AbortController();
    const signal = new AbortController();
    const { backend, handle } = await start('traps');
    const events: RunEvent[] = [];
    for await (const event of backend.follow(handle, signal.signal, leaving.signal)) {
      events.push(event);
      if (event.type === 'log' && !signal.signal.aborted) {
        leaving.abort();
        signal.abort();
      }
    }
    const last = events.at(-1);
    const native = last?.type === 'left' ? { ...handle.native, ...last.native } : handle.native;
    const { stdout, verdict } = await outcomeOf(
      bench.connect().follow({ ...handle, native }, AbortSignal.abort()),
    );

    expect(last?.type).toBe('left');
    const shown = events.flatMap((event) =>
      event.type === 'log' ? [Buffer.from(event.bytes).toString()] : [],
    );
    expect([shown.join('') + stdout, verdict.reason]).toEqual(['ready\nbye\n', 'cancelled']);
  });

  it.each([
    [600, undefined, 600],
    [600, 240, 240],
    [30, 240, 30],
  ])(
    'has its grace of %i s when it is cancelled, where %s s are left of the job that called: %i s',
    async (stopGrace, longestGrace, left) => {
      const stop = new AbortController();
      const { backend } = kubernetesOn(plainAccess(bench.cluster.url), { longestGrace });
      const { handle } = await start('traps', { stopGrace }, backend);
      const events: RunEvent[] = [];
      for await (const event of backend.follow(handle, stop.signal, stop.signal)) {
        events.push(event);
        if (event.type === 'log') stop.abort();
      }
      await backend.cancel(handle, 0);

      expect(events.at(-1)).toMatchObject({
        type: 'left',
        verdict: { detail: expect.stringContaining(`for at most ${left} s`) },
      });
    },
  );

  it('is asked how its pod ended when only its Job has told that it is over', async () => {
    let isListed = false;
    bench.cluster.fault = (call, request, response) => {
      if (!call.endsWith('/pods')) return false;
      if (/watch=true/.test(request.url ?? '')) return true;
      if (isListed) return false;
      isListed = true;
      send(response, { status: 200, value: { kind: 'List', metadata: { resourceVersion: '1' }, items: [] } });
      return true;
    };

    // Nothing minds the pod that would keep its Job from ending.
    const { stdout, verdict } = await outcome('prints', {
      backend: { name: 'kubernetes', options: { outputs: 'none' } },
    });

    expect([stdout, verdict]).toEqual(['out\nerr\n', { reason: 'succeeded', exitCode: 0 }]);
  });

  it('lists everything anew when the server has forgotten what it knew', async () => {
    bench.cluster.store.oldest = 1e9;
    setTimeout(() => {
      bench.cluster.store.oldest = 0;
    }, 300);

    expect((await outcome('prints')).verdict.reason).toBe('succeeded');
  });

  it('knows why a pod went away that nobody can ask for any more', async () => {
    const { backend, handle } = await start('sleeps');
    const events = backend.follow(handle, NEVER);
    const rest: RunEvent[] = [];
    for await (const event of events) {
      rest.push(event);
      if (event.type === 'state' && event.state === 'started') preempt();
    }

    expect(rest.at(-1)).toMatchObject({
      type: 'end',
      verdict: { reason: 'interrupted', detail: expect.stringContaining('PreemptionByScheduler') },
    });
  });

  function preempt(): void {
    const [pod] = bench.cluster.store.list('pods');
    if (pod === undefined) throw new Error('there is no pod');
    bench.cluster.store.update('pods', pod, (draft) => {
      draft['status'].conditions = [
        { type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' },
      ];
    });
    bench.cluster.running.get(pod.metadata.name)?.kill();
    bench.cluster.store.remove('pods', 'default', pod.metadata.name);
  }

  /** Follows until a state with this detail, and cancels then. */
  async function cancelledAt(detail: string, program = 'sleeps', changes: Partial<RunPlan> = {}) {
    const cancel = new AbortController();
    const { backend, handle } = await start(program, changes);
    const told: RunEvent[] = [];
    for await (const event of backend.follow(handle, cancel.signal)) {
      told.push(event);
      if (event.type === 'state' && 'detail' in event && event.detail.includes(detail)) cancel.abort();
    }
    return { told, last: told.at(-1) };
  }

  it('says what it waits for, and leaves nothing in the queue when it is cancelled', async () => {
    const message = '0/1 nodes are available: 1 Insufficient nvidia.com/gpu.';
    bench.cluster.fate = () => ({
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }],
    });
    const { last } = await cancelledAt(message);

    expect(last).toEqual({ type: 'end', verdict: { reason: 'cancelled', exitCode: undefined } });
    expect(jobs()).toEqual([]);
  });

  it('never starts beside the queue that it names, and starts when that lets it', async () => {
    const backend = { name: 'kubernetes', options: { queue: 'gpu' } } as const;
    const { backend: connected, handle } = await start('prints', { backend });
    const told: RunEvent[] = [];
    for await (const event of connected.follow(handle, NEVER)) {
      told.push(event);
      if (
        event.type === 'state' &&
        event.state === 'queued' &&
        'detail' in event &&
        event.detail.includes('"gpu"')
      )
        if (told.filter(({ type }) => type === 'state').length === 1) bench.cluster.resume(handle.name);
    }

    expect(told[0]).toMatchObject({ state: 'queued', detail: expect.stringContaining('the queue "gpu"') });
    expect(told.at(-1)).toMatchObject({ verdict: { reason: 'succeeded' } });
  });

  it('waits no longer than the spec says, and leaves nothing in the queue', async () => {
    bench.cluster.refusal = 'pods "x" is forbidden: exceeded quota: gpus, requested: pods=1, limited: pods=0';

    const { verdict } = await outcome('nothing', { queueTimeout: 1 });

    expect(verdict).toMatchObject({
      reason: 'queue-timeout',
      detail: expect.stringMatching(/^it was not started within 1 s: .*exceeded quota/),
      hint: expect.stringContaining('raise "queue-timeout"'),
    });
    expect(jobs()).toEqual([]);
  });

  it('waits for a quota, and says so', async () => {
    bench.cluster.refusal = 'pods "x" is forbidden: exceeded quota: gpus, requested: pods=1, limited: pods=0';
    const { told } = await cancelledAt('exceeded quota');

    expect(told.at(-1)).toMatchObject({ verdict: { reason: 'cancelled' } });
  });

  it('fails for a pod that is never admitted', async () => {
    bench.cluster.refusal =
      'pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true';

    expect((await outcome('prints')).verdict).toMatchObject({
      reason: 'node-error',
      hint: expect.stringContaining('run-as-user'),
    });
  });

  it.each([
    ['a namespace that is not there', 'nowhere', undefined, 'namespaces "nowhere" not found'],
    [
      'what it may not do',
      'ml',
      refusal(403, 'Forbidden', 'jobs.batch is forbidden'),
      'jobs.batch is forbidden',
    ],
    ['credentials that are not accepted', 'ml', refusal(401, 'Unauthorized', 'Unauthorized'), 'answered 401'],
    [
      'a Job that is not admitted',
      'ml',
      refusal(400, 'BadRequest', 'admission webhook "x" denied'),
      'denied',
    ],
  ])('says before anybody waits for an image: %s', async (_, namespace, answer, told) => {
    if (answer !== undefined) fault(/^POST/, 5, (response) => send(response, answer));
    const run = clusterPlan('prints', { backend: { name: 'kubernetes', options: { namespace } } });

    await expect(bench.connect().check(run)).rejects.toThrow(told);
    expect(jobs()).toEqual([]);
  });

  it.each([
    ['files of this machine', { mounts: [{ from: '/data', to: '/data', readOnly: true }] }, 'see no files'],
    [
      'a GPU by its name',
      { resources: { gpu: { count: {}, names: ['A100'], optional: false } } },
      'by a label',
    ],
    [
      'a text that no process can have',
      { command: { kind: 'shell', shell: 'sh', text: 'x'.repeat(131_072) } },
      '131071',
    ],
  ])('refuses %s', async (_, changes, told) => {
    const run = clusterPlan('prints', changes as unknown as Partial<RunPlan>);

    await expect(bench.connect().check(run)).rejects.toThrow(told);
  });

  it('takes new credentials when those it has are refused, once', async () => {
    fault(/^POST/, 1, (response) => send(response, refusal(401, 'Unauthorized', 'expired')));
    const asked: boolean[] = [];
    const access = {
      ...plainAccess(bench.cluster.url),
      async credentials({ refused }: Asking = {}) {
        asked.push(refused !== undefined);
        return {};
      },
    };
    const { backend, handle } = await start('prints', {}, kubernetesOn(access).backend);

    expect((await outcomeOf(backend.follow(handle, NEVER))).verdict.reason).toBe('succeeded');
    expect(asked.filter((fresh) => fresh)).toHaveLength(1);
  });

  it('leaves a run alone that it has lost sight of, and says how to look after it', async () => {
    let ahead = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + ahead };
    const { backend } = kubernetesOn(plainAccess(bench.cluster.url), { clock });
    const { handle } = await start('sleeps', {}, backend);
    const events = backend.follow(handle, NEVER);
    let last: RunEvent | undefined;
    for await (const event of events) {
      last = event;
      if (event.type !== 'state' || event.state !== 'started') continue;
      bench.cluster.fault = (_call, _request, response) => {
        response.destroy();
        return true;
      };
      bench.cluster.cutConnections();
      setTimeout(() => {
        ahead = 11 * 60_000;
      }, 3_000);
    }

    expect(last).toMatchObject({
      verdict: { reason: 'lost-contact', hint: expect.stringContaining(`logs --follow job/${handle.name}`) },
    });
    expect(jobs()).toHaveLength(1);
  });
});
