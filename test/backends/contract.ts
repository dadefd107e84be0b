import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { keptPlan, planOf } from '../../src/run/kept-plan.ts';
import type { RunEvent } from '../../src/run/types/event.ts';
import type { RunPlan } from '../../src/run/types/plan.ts';
import type { Verdict } from '../../src/run/types/verdict.ts';
import type { Backend } from '../../src/tools/backend.ts';

/** What every place to run jobs has to be able to start, each in its own way; the comment says what it does. */
export type ProgramName =
  /** Prints `out` to stdout and `err` to stderr, ends with 0. */
  | 'prints'
  /** Ends with 3. */
  | 'fails'
  /** Ends with 137, as a shell whose child was killed. */
  | 'killed'
  /** Sleeps for a minute; ends at SIGTERM with 143. */
  | 'sleeps'
  /** Prints `ready` and sleeps for a minute; from then on, at SIGTERM, prints `bye`, leaves `outputs/saved` and ends with 0. */
  | 'traps'
  /** Prints the numbers 1 to 20000, one per line, then ends with 0. */
  | 'counts'
  /** Prints a line of 100000 `a`, and `b` without a newline. */
  | 'long-line'
  /** Prints the variable SECRET in hex. */
  | 'secret'
  /** Leaves outputs/a.txt (`1`), outputs/b/c.txt (`2`), a link out of the tree, and ends with 1. */
  | 'leaves'
  /** Leaves nothing. */
  | 'nothing'
  /** A command that is not in the image. */
  | 'missing';

export interface Bench {
  /** A backend as a new process of ours would have it: nothing is remembered from the one before. */
  connect(): Backend;
  plan(program: ProgramName, changes?: Partial<RunPlan>): RunPlan;
  /** How many runs there are on the far side under this name, in any state. */
  count(name: string): Promise<number>;
  /** An image that is not there. */
  readonly missingImage: RunPlan['image'];
  /** The value of the variable SECRET. */
  readonly secret: string;
  close(): Promise<void>;
}

export interface Outcome {
  readonly verdict: Verdict;
  readonly duration: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly notes: readonly string[];
}

const NEVER = new AbortController().signal;

/** The job has said something: what it says first it does before. What was told of the run until then. */
async function untilLog(events: AsyncIterator<RunEvent>): Promise<readonly RunEvent[]> {
  const told: RunEvent[] = [];
  for (;;) {
    const { done, value } = await events.next();
    if (done) throw new Error('the run ended without a word');
    if (value.type === 'log') return told;
    told.push(value);
  }
}

export async function outcomeOf(events: AsyncIterable<RunEvent>): Promise<Outcome> {
  const text = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const notes: string[] = [];
  let end: Extract<RunEvent, { type: 'end' }> | undefined;
  for await (const event of events) {
    if (event.type === 'log') text[event.stream].push(Uint8Array.from(event.bytes));
    if (event.type === 'note') notes.push(event.message);
    if (event.type === 'end') end = event;
  }
  if (end === undefined) throw new Error('the run has no end');
  const { duration, verdict } = end;
  return {
    verdict,
    duration,
    notes,
    stdout: Buffer.concat(text.stdout).toString(),
    stderr: Buffer.concat(text.stderr).toString(),
  };
}

/** On an engine of this machine. */
export const GUARDED_BY_PROCESS = {
  'ends a run at its time limit when nobody of ours is left to do it':
    'a process sees to it, and its tests are in test/faults/kill.test.ts',
};

/** What holds for every backend. Rows that one cannot show are left out by name, with the reason. */
export function backendContract(
  title: string,
  start: () => Promise<Bench>,
  cannot: Readonly<Record<string, string>> = {},
  /** That a row may take: each program of some places takes a second to start. */
  milliseconds = 60_000,
): void {
  describe(title, () => {
    let bench: Bench;
    let folder: string;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'jobimg-contract-'));
      bench = await start();
    }, 2 * milliseconds);
    afterAll(async () => {
      await bench?.close();
      await rm(folder, { recursive: true, force: true });
    });

    function row(name: string, test: () => Promise<void>): void {
      const reason = cannot[name];
      if (reason === undefined) it(name, test, milliseconds);
      else it.skip(`${name} (${reason})`, test);
    }

    async function submit(run: RunPlan, backend = bench.connect()) {
      return { backend, run, handle: await backend.submit(run, backend.intentOf(run)) };
    }

    async function execute(program: ProgramName, changes: Partial<RunPlan> = {}, signal = NEVER) {
      const submitted = await submit(bench.plan(program, changes));
      return { ...submitted, ...(await outcomeOf(submitted.backend.follow(submitted.handle, signal))) };
    }

    row('tells stdout and stderr apart, and how it ended', async () => {
      const { backend, handle, stderr, stdout, verdict } = await execute('prints');
      await backend.clean(handle);

      expect([stdout, stderr, verdict]).toEqual(['out\n', 'err\n', { reason: 'succeeded', exitCode: 0 }]);
      expect(await bench.count(handle.name)).toBe(0);
    });

    row('gives back the exit code of the job', async () => {
      const [fails, killed] = await Promise.all([execute('fails'), execute('killed')]);

      expect(fails.verdict).toEqual({ reason: 'failed', exitCode: 3 });
      expect(killed.verdict).toMatchObject({ reason: 'failed', exitCode: 137 });
    });

    row('starts a run once, however often it is submitted', async () => {
      const run = bench.plan('counts');
      const backend = bench.connect();

      const handles = await Promise.all([submit(run, backend), submit(run, backend), submit(run)]);
      handles.push(await submit(run));

      expect(new Set(handles.map(({ handle }) => JSON.stringify(handle))).size).toBe(1);
      expect(await bench.count(backend.intentOf(run).name)).toBe(1);
    });

    row('tells how a run stands that another process started, and stops it for who collects it', async () => {
      const run = bench.plan('traps', { secrets: ['SECRET', 'OTHER'] });
      const stranger = bench.connect();
      const intent = stranger.intentOf(run);
      const before = await stranger.look(intent, run.secrets);
      const { backend, handle } = await submit(run);
      const events = backend.follow(handle, NEVER)[Symbol.asyncIterator]();
      await untilLog(events);
      await events.return?.();

      const during = await stranger.look(intent, run.secrets);
      const other = await stranger.look({ ...intent, hash: `sha256:${'f'.repeat(64)}` }, []);
      await stranger.stop(intent, 10);
      const after = await stranger.look(intent, []);
      const { files } = await stranger.collect(intent, run, join(folder, 'stopped'));
      await stranger.clean(intent);

      expect([before, other, await stranger.look(intent, [])].map(({ state }) => state)).toEqual([
        'absent',
        'absent',
        'absent',
      ]);
      expect(during).toEqual({
        state: 'running',
        overdue: false,
        secrets: new Map([['SECRET', bench.secret]]),
      });
      expect([after.state, files]).toEqual(['ended', ['outputs/saved']]);
    });

    row('refuses a run id that another plan has', async () => {
      const { backend, handle, run } = await submit(bench.plan('sleeps'));

      const other = bench.connect().submit({ ...run, hash: `sha256:${'f'.repeat(64)}` }, handle);

      await expect(other).rejects.toThrow(`the run id "${run.id}" is already used by another plan`);
      await backend.cancel(handle, 0);
    });

    row('goes on when its follower is gone, and loses no line to the next one', async () => {
      const { backend, handle } = await submit(bench.plan('counts'));
      for await (const event of backend.follow(handle, NEVER)) if (event.type === 'log') break;

      const { stdout, verdict } = await outcomeOf(bench.connect().follow(handle, NEVER));

      expect(stdout.split('\n').slice(0, -1)).toEqual(
        Array.from({ length: 20_000 }, (_, index) => String(index + 1)),
      );
      expect(verdict).toEqual({ reason: 'succeeded', exitCode: 0 });
    });

    row('is found by its name alone', async () => {
      const { backend, handle, run } = await submit(bench.plan('sleeps'));
      const intent = bench.connect().intentOf(run);

      await bench.connect().cancel(intent, 0);

      expect(await bench.count(handle.name)).toBe(0);
      expect((await outcomeOf(backend.follow(handle, NEVER))).verdict.reason).toBe('cancelled');
    });

    row('lists every run that is there, for who has no record of it', async () => {
      const [running, ended] = [await submit(bench.plan('sleeps')), await execute('fails')];
      const stranger = bench.connect();
      // A busy cluster may start the first one after the other has ended.
      while ((await stranger.look(running.handle, [])).state === 'queued') await sleep(100);

      const listed = await stranger.list();
      const own = [running, ended].map(({ run }) => listed.find(({ handle }) => handle.run === run.id));
      for (const one of own) if (one !== undefined) await stranger.cancel(one.handle, 0);
      const after = await stranger.list();

      expect(own.map((one) => [one?.job, one?.state, one?.overdue])).toEqual([
        ['test', 'running', false],
        ['test', 'ended', false],
      ]);
      expect(own.map((one) => one?.handle)).toEqual([running.handle, ended.handle]);
      expect(after.filter(({ handle }) => [running.run.id, ended.run.id].includes(handle.run))).toEqual([]);
    });

    row('is attached to by its id alone, where nothing else is known of it', async () => {
      const { run } = await submit(bench.plan('leaves', { secrets: ['SECRET'], detached: true }));
      const stranger = bench.connect();

      const found = (await stranger.list()).find(({ handle }) => handle.run === run.id);
      if (found?.plan === undefined) throw new Error('the place does not tell the plan');
      const { handle, plan } = found;
      const read = planOf({ run: handle.run, handle, plan });
      const { verdict } = await outcomeOf(stranger.follow(handle, NEVER));
      const standing = await stranger.look(handle, []);
      const { files } = await stranger.collect(handle, read, join(folder, 'attached'));
      await stranger.clean(handle);

      expect(plan).toEqual(keptPlan(run));
      expect(JSON.stringify(found)).not.toContain(JSON.stringify(bench.secret).slice(1, -1));
      expect(verdict).toEqual({ reason: 'failed', exitCode: 1 });
      expect(standing.verdict).toEqual(verdict);
      expect(files).toEqual(['outputs/a.txt', 'outputs/b/c.txt']);
      expect(await bench.count(handle.name)).toBe(0);
    });

    row('goes on when who follows it leaves, and is followed from there', async () => {
      const leaving = new AbortController();
      const { backend, handle } = await submit(bench.plan('traps'));
      const events = backend.follow(handle, NEVER, leaving.signal)[Symbol.asyncIterator]();
      await untilLog(events);
      leaving.abort();
      const rest: RunEvent[] = [];
      for await (const event of { [Symbol.asyncIterator]: () => events }) rest.push(event);
      const left = rest.find((event) => event.type === 'left');

      const stranger = bench.connect();
      const during = await stranger.look(handle, []);
      const native = { ...handle.native, ...left?.native };
      const followed = outcomeOf(stranger.follow({ ...handle, native }, NEVER));
      await stranger.stop(handle, 10);
      const { stdout } = await followed;
      await stranger.clean(handle);

      expect(rest.at(-1)?.type).toBe('left');
      expect(during.state).toBe('running');
      expect(stdout).toBe('bye\n');
    });

    row('ends a run at its time limit when nobody of ours is left to do it', async () => {
      const { backend, handle } = await submit(bench.plan('sleeps', { timeout: 1, stopGrace: 2 }));
      while ((await bench.connect().look(handle, [])).state === 'running') await sleep(500);

      const { verdict } = await outcomeOf(backend.follow(handle, NEVER));

      expect([verdict.reason, verdict.exitCode]).toEqual(['timeout', 143]);
    });

    row('keeps long lines whole, and the end without a newline', async () => {
      const { stdout } = await execute('long-line');

      expect(stdout).toBe(`${'a'.repeat(100_000)}\nb`);
    });

    row('stops a run at its time limit, with the grace it was promised', async () => {
      const [sleeps, traps] = await Promise.all([
        execute('sleeps', { timeout: 1, stopGrace: 5 }),
        execute('traps', { timeout: 2, stopGrace: 5 }),
      ]);

      expect([sleeps.verdict.reason, sleeps.verdict.exitCode]).toEqual(['timeout', 143]);
      expect([traps.verdict.reason, traps.verdict.exitCode, traps.stdout]).toEqual([
        'timeout',
        0,
        'ready\nbye\n',
      ]);
      // The limit is the least that it gets, as far as places count: some do in hundredths of a second.
      expect(sleeps.duration).toBeGreaterThanOrEqual(0.99);
    });

    row('stops a run when it is told to leave, and lets it save what it has', async () => {
      const leaving = new AbortController();
      const { backend, handle, run } = await submit(bench.plan('traps'));
      const events = backend.follow(handle, leaving.signal)[Symbol.asyncIterator]();
      const told = await untilLog(events);
      leaving.abort();

      const { verdict } = await outcomeOf({ [Symbol.asyncIterator]: () => events });
      const { files } = await backend.collect(handle, run, join(folder, 'left'));

      // Before it starts it may have to wait.
      expect(told.at(-1)).toMatchObject({ type: 'state', state: 'started' });
      expect(verdict.reason).toBe('cancelled');
      expect(files).toEqual(['outputs/saved']);
    });

    row('cancels a run before, while and after it runs, twice, and one that never was', async () => {
      const backend = bench.connect();
      const never = backend.intentOf(bench.plan('sleeps'));
      const running = await submit(bench.plan('sleeps'), backend);
      const ended = await execute('fails');

      for (const handle of [never, running.handle, running.handle, ended.handle])
        await backend.cancel(handle, 0);

      expect(await bench.count(running.handle.name)).toBe(0);
      expect(await bench.count(ended.handle.name)).toBe(0);
    });

    row('says when the image is not there', async () => {
      const { backend, handle, run, verdict } = await execute('prints', { image: bench.missingImage });

      expect(verdict.reason).toBe('image-pull');
      expect(verdict.detail).toContain('cannot be pulled');
      expect((await backend.collect(handle, run, join(folder, 'no-image'))).files).toEqual([]);
    });

    row('says when the command is not in the image', async () => {
      const { verdict } = await execute('missing');

      expect([verdict.reason, verdict.exitCode]).toEqual(['failed', 127]);
    });

    row('gives a secret to the job byte by byte, and to nobody else', async () => {
      const { handle, run, stdout } = await execute('secret', { secrets: ['SECRET'] });

      expect(Buffer.from(stdout.trim(), 'hex').toString()).toBe(bench.secret);
      expect(JSON.stringify([handle, run])).not.toContain(JSON.stringify(bench.secret).slice(1, -1));
    });

    row('brings back outputs of a run that failed, as regular files only', async () => {
      const { backend, handle, run } = await execute('leaves');
      const to = join(folder, 'outputs-of-failed');

      const { files } = await backend.collect(handle, run, to);

      expect(files).toEqual(['outputs/a.txt', 'outputs/b/c.txt']);
      expect(await readFile(join(to, 'outputs/b/c.txt'), 'utf8')).toBe('2\n');
    });

    row('finds outputs below the folder that the run names', async () => {
      const changes = { outputsFrom: '/', outputs: ['workspace/outputs/'] };
      const { backend, handle, run } = await execute('leaves', changes);

      const { files } = await backend.collect(handle, run, join(folder, 'outputs-from'));

      expect(files).toEqual(['workspace/outputs/a.txt', 'workspace/outputs/b/c.txt']);
    });

    row('has no outputs to bring when there are none', async () => {
      const { backend, handle, run } = await execute('nothing');

      expect((await backend.collect(handle, run, join(folder, 'none'))).files).toEqual([]);
    });
  });
}
