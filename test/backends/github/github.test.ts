import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keptPlan, planOf } from '../../../src/run/kept-plan.ts';
import type { RunEvent } from '../../../src/run/types/event.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import type { Backend } from '../../../src/tools/backend.ts';
import { outcomeOf, type ProgramName } from '../contract.ts';
import { type GithubBench, startGithubBench } from './bench.ts';

const NEVER = new AbortController().signal;
const LIMITED = { status: 403, headers: { 'retry-after': '1' } };
/** By the clock of the server, and long ago: more is allowed at once. */
const USED_UP = { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1' } };

describe('the github backend', () => {
  let bench: GithubBench;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobimg-github-'));
    bench = await startGithubBench();
  });
  afterAll(async () => {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function submit(program: ProgramName, changes: Partial<RunPlan> = {}, backend = bench.connect()) {
    const run = bench.plan(program, changes);
    return { backend, run, handle: await backend.submit(run, backend.intentOf(run)) };
  }

  async function untilState(backend: Backend, handle: Parameters<Backend['look']>[0], state: string) {
    while ((await backend.look(handle, [])).state !== state) await sleep(50);
  }

  const runsOf = (id: string) => [...bench.api.runs.values()].filter(({ title }) => title.includes(id));

  it('gives back log, exit code and outputs of a run that a workflow elsewhere has run', async () => {
    const backend = bench.connect();
    await backend.check(bench.plan('leaves'));
    const { handle, run } = await submit('prints', {}, backend);

    const { verdict, stdout } = await outcomeOf(backend.follow(handle, NEVER));

    expect([stdout.split('\n').sort(), verdict]).toEqual([
      ['', 'err', 'out'],
      { reason: 'succeeded', exitCode: 0 },
    ]);
    expect(handle.native).toEqual({
      place: 'fleet',
      repository: 'org/fleet',
      image: `${bench.registry.host}/acme/train`,
      id: String(runsOf(run.id)[0]?.id),
    });
  });

  it('is attached to by its id alone, and its outputs are fetched by who has no record of it', async () => {
    const { run, handle } = await submit('leaves', { detached: true });
    const stranger = bench.connect();

    const found = (await stranger.list()).find((one) => one.handle.run === run.id);
    if (found?.plan === undefined) throw new Error('the place does not tell the plan');
    const { verdict } = await outcomeOf(stranger.follow(found.handle, NEVER));
    const read = planOf({ run: run.id, handle: found.handle, plan: found.plan });
    const { files, machine } = await stranger.collect(found.handle, read, join(folder, 'attached'));

    expect(found.handle).toEqual(handle);
    expect(found.plan).toEqual(keptPlan(run));
    expect(verdict).toEqual({ reason: 'failed', exitCode: 1 });
    expect(files).toEqual(['outputs/a.txt', 'outputs/b/c.txt']);
    expect(await readFile(join(folder, 'attached/outputs/a.txt'), 'utf8')).toBe('1\n');
    expect(machine === undefined || typeof machine === 'object').toBe(true);
    expect((await stranger.look({ ...handle, hash: `sha256:${'f'.repeat(64)}` }, [])).state).toBe('absent');
  });

  it('stops a run for who collects it, and cancels one before, while and after it runs', async () => {
    const { backend, handle, run } = await submit('traps');
    await untilState(backend, handle, 'running');
    const never = backend.intentOf(bench.plan('sleeps'));
    const ended = await submit('fails', {}, backend);
    await outcomeOf(backend.follow(ended.handle, NEVER));

    await bench.connect().stop(handle, 5);
    for (const one of [never, handle, ended.handle]) await backend.cancel(one, 0);
    const { verdict } = await outcomeOf(backend.follow(handle, NEVER));
    await backend.collect(handle, run, join(folder, 'stopped'));

    expect(verdict.reason).toBe('cancelled');
    expect((await backend.look(ended.handle, [])).verdict).toEqual({ reason: 'failed', exitCode: 3 });
    expect((await backend.look(never, [])).state).toBe('absent');
  });

  it('ends by force what does not end by itself', async () => {
    bench.api.endsAtCancel = false;
    const { backend, handle, run } = await submit('sleeps');
    await untilState(backend, handle, 'running');
    try {
      await backend.cancel(handle, -60);
    } finally {
      bench.api.endsAtCancel = true;
    }

    expect(runsOf(run.id).map(({ forced, conclusion }) => [forced, conclusion])).toEqual([
      [true, 'cancelled'],
    ]);
  });

  it.each([
    ['its answer was lost', [{ request: 'POST actions/workflows/', failure: 'lost' }], true],
    ['the server was busy', [{ request: 'POST actions/workflows/', failure: { status: 500 } }], true],
    ['it was limited', [{ request: 'POST actions/w', failure: LIMITED }], true],
    ['its rate limit was used up', [{ request: 'POST actions/w', failure: USED_UP }], true],
    ['the list was away', [{ request: 'GET actions/workflows/', failure: { status: 502 } }], true],
    ['the server is an earlier release', [], false],
  ] as const)(
    'starts a run once where %s',
    async (_, failures, knowsDetails) => {
      bench.api.failures.push(...failures);
      bench.api.knowsDetails = knowsDetails;
      const { run, handle } = await submit('nothing').finally(() => {
        bench.api.knowsDetails = true;
      });

      expect(runsOf(run.id).map(({ id }) => String(id))).toEqual([handle.native['id']]);
    },
    120_000,
  );

  it('shows a log that GitHub has a little later than the end of its run', async () => {
    const { backend, handle } = await submit('prints');
    const blob = { request: 'GET /blobs/', failure: { status: 404, text: '<Code>BlobNotFound</Code>' } };
    bench.api.failures.push(blob, blob);

    const { stdout, verdict } = await outcomeOf(backend.follow(handle, NEVER));

    expect([stdout.split('\n').sort(), verdict.reason]).toEqual([['', 'err', 'out'], 'succeeded']);
  });

  it('says that GitHub no longer has the log of a run', async () => {
    const { backend, handle } = await submit('prints');
    bench.api.failures.push({ request: 'GET /blobs/', failure: { status: 410 } });
    bench.progress.length = 0;

    const { stdout, verdict } = await outcomeOf(backend.follow(handle, NEVER));

    expect([stdout, verdict.reason]).toEqual(['', 'succeeded']);
    expect(bench.progress).toEqual([expect.stringContaining('the log is not shown')]);
  });

  it('goes on asking while GitHub or the token is away, and loses nothing', async () => {
    const { backend, handle } = await submit('fails');
    bench.api.failures.push(
      { request: 'GET actions/runs/', failure: { status: 401 } },
      { request: 'GET actions/runs/', failure: 'lost' },
    );

    const { verdict } = await outcomeOf(backend.follow(handle, NEVER));

    expect(verdict).toEqual({ reason: 'failed', exitCode: 3 });
  });

  it('says which runner it waits for, and gives up at its limit', async () => {
    bench.api.missing = ['self-hosted', 'h100'];
    const { backend, handle, run } = await submit('prints', { queueTimeout: 1 }).finally(() => {
      bench.api.missing = [];
    });
    bench.api.missing = ['self-hosted', 'h100'];
    const events: RunEvent[] = [];
    for await (const event of backend.follow(handle, NEVER)) events.push(event);
    bench.api.missing = [];

    const url = `https://github.test/org/fleet/actions/runs/${runsOf(run.id)[0]?.id}`;
    expect(events[0]).toEqual({
      type: 'state',
      state: 'queued',
      detail: `no runner with the labels self-hosted, h100 is free: ${url}`,
    });
    expect(events.at(-1)).toMatchObject({ type: 'end', verdict: { reason: 'queue-timeout' } });
    expect(runsOf(run.id)[0]?.conclusion).toBe('cancelled');
  });

  it('asks GitHub only whether something has changed', async () => {
    const { backend, handle } = await submit('sleeps');
    await untilState(backend, handle, 'running');
    bench.api.requests.length = 0;

    for (let count = 0; count < 3; count++) await backend.look(handle, []);
    await backend.cancel(handle, 0);

    expect(bench.api.requests.slice(1, 4).every((request) => request.endsWith(' 304'))).toBe(true);
  });

  it('puts no hidden value into a plan that whoever reads the image may read', async () => {
    const backend = bench.connect((text) => text.replaceAll('hunter22', '***'));
    const run = bench.plan('prints', { env: new Map([['PASSWORD', 'hunter22']]) });

    await expect(backend.submit(run, backend.intentOf(run))).rejects.toThrow('holds the value of a secret');
    expect(runsOf(run.id)).toEqual([]);
  });

  it('refuses what only this machine has', async () => {
    const backend = bench.connect();
    const mounts = [{ from: '/data', to: '/data', readOnly: true }];
    const checkpoint = { name: 'c', path: 'c', key: '0'.repeat(16) };

    await expect(backend.check(bench.plan('prints', { mounts }))).rejects.toThrow('to mount');
    await expect(backend.check(bench.plan('prints', { checkpoint }))).rejects.toThrow('no checkpoint');
  });
});
