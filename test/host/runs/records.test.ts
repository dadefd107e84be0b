import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createRecords, type Records } from '../../../src/host/runs/records.ts';
import { planOf } from '../../../src/run/kept-plan.ts';
import type { Owner } from '../../../src/run/owner-process.ts';
import type { Handle } from '../../../src/run/types/handle.ts';
import type { RunResult } from '../../../src/run/types/result.ts';
import { runPlan, runResult } from '../../report/results.ts';

const SELF: Owner = { pid: 7, host: 'box', boot: 'now', namespace: 'all', started: '5' };

/** The folder of the run `a`. */
const OWN = '1970-01-01T0000Z-a';

async function newFolder(): Promise<string> {
  return join(await mkdtemp(join(tmpdir(), 'jobimg-')), 'state', 'runs');
}

/** The records as another process has them; alive are those whose numbers are given. */
function recordsOf(
  folder: string,
  pid = SELF.pid,
  alive: readonly number[] = [SELF.pid],
  host = SELF.host,
): Records {
  return createRecords({
    folder,
    starting: { folder: '/work', repository: 'acme/train' },
    caller: { hosted: false, version: '1.2.3' },
    self: { ...SELF, pid, host },
    startedOf: (one) => (alive.includes(one) ? SELF.started : undefined),
    now: () => new Date(1_000),
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  });
}

function handle(run: string): Handle {
  return { backend: 'docker', run, name: `jobimg-${run}`, hash: 'sha256:ab', native: { host: 'unix:///x' } };
}

const remember = (records: Records, id: string, native = {}): Promise<void> =>
  records.remember(runPlan({ id }), { ...handle(id), native });
const idsOf = async (records: Records): Promise<readonly string[]> =>
  (await records.list()).map(({ record }) => record.run);
const resultOf = (id: string): RunResult => runResult({ run: runPlan({ id }) });

describe('createRecords', () => {
  it('remembers runs over processes until they are forgotten', async () => {
    const folder = await newFolder();
    const records = recordsOf(folder);

    expect(await records.list()).toEqual([]);
    await Promise.all([remember(records, 'b'), remember(records, 'a')]);
    await remember(records, 'b', { id: 'c0ffee' });
    expect(await recordsOf(folder, 8, [7, 8]).list()).toMatchObject([
      { record: { run: 'a' }, owner: 'alive' },
      { record: { run: 'b', handle: { native: { id: 'c0ffee' } }, repository: 'acme/train' } },
    ]);

    await records.forget('b');
    await records.forget('b');
    expect(await idsOf(records)).toEqual(['a']);
  });

  it('keeps them from other users, and leaves nothing half written', async () => {
    const folder = await newFolder();
    await remember(recordsOf(folder), 'a');

    expect(await readdir(folder)).toEqual(['a.json']);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, 'a.json'))).mode & 0o777).toBe(0o600);
  });

  it('keeps what a run was, but no value of the environment it was started from', async () => {
    const folder = await newFolder();
    const run = runPlan({ id: 'a', leg: { label: 'lr=1', values: new Map([['lr', '1']]), failFast: true } });
    await recordsOf(folder).remember(run, handle('a'));

    const [known] = await recordsOf(folder).list();
    const { id, job, hash, leg, outputs, secrets, timeout, image } = planOf(
      known?.record ?? (undefined as never),
    );

    expect(await readFile(join(folder, 'a.json'), 'utf8')).not.toContain('private');
    expect({ id, job, outputs, secrets, timeout, image }).toEqual({
      id: 'a',
      job: run.job,
      outputs: run.outputs,
      secrets: run.secrets,
      timeout: run.timeout,
      image: run.image,
    });
    expect([hash, leg?.label]).toEqual(['sha256:ab', 'lr=1']);
  });

  it.each(['', '{"backend":', '[]', 'null', '{"version":2}', '{"backend":"docker","run":"x"}'])(
    'takes a torn file "%s" for absent',
    async (text) => {
      const folder = await newFolder();
      const records = recordsOf(folder);
      await remember(records, 'a');

      await writeFile(join(folder, 'b.json'), text);

      expect(await idsOf(records)).toEqual(['a']);
    },
  );

  it('has a run of a backend that only another release knows', async () => {
    const records = recordsOf(await newFolder());
    await records.remember(runPlan({ id: 'a' }), {
      ...handle('a'),
      backend: 'later',
      native: { ticket: '42' },
    });

    const [known] = await records.list();

    expect(known?.record.handle).toMatchObject({ backend: 'later', native: { ticket: '42' } });
  });

  it('takes no record under the name of another run', async () => {
    const folder = await newFolder();
    const records = recordsOf(folder);
    await remember(records, 'a');
    await writeFile(join(folder, 'b.json'), await readFile(join(folder, 'a.json')));

    expect(await idsOf(records)).toEqual(['a']);
  });

  it('takes no run id that could be a path', async () => {
    await expect(remember(recordsOf(await newFolder()), '../x')).rejects.toThrow('is not a run id');
  });

  it('gives a run of a process that is gone to one other, and none of one that lives', async () => {
    const folder = await newFolder();
    await remember(recordsOf(folder), 'a');
    const [eight, nine] = [recordsOf(folder, 8, [8, 9]), recordsOf(folder, 9, [8, 9])];

    expect(await recordsOf(folder, 8, [7, 8]).claim('a')).toBe(false);
    const claims = await Promise.all([eight.claim('a'), nine.claim('a')]);

    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await eight.claim('b')).toBe(false);
  });

  it('takes no process on another machine for gone: it gives its run to nobody who does not ask for such a one', async () => {
    const folder = await newFolder();
    await remember(recordsOf(folder, 7, [7], 'other'), 'a');
    const here = recordsOf(folder);

    expect(await here.list()).toMatchObject([{ owner: 'unknown' }]);
    expect(await here.claim('a')).toBe(false);
    expect(await here.claim('a', 'unseen')).toBe(true);
    expect(await here.list()).toMatchObject([{ owner: 'alive' }]);
  });

  it('gives away a detached run that another machine has started, once', async () => {
    const folder = await newFolder();
    const other = recordsOf(folder, 7, [7], 'other');
    await remember(other, 'a');
    await other.detach('a');

    expect(await recordsOf(folder).claim('a')).toBe(true);

    expect((await other.list())[0]).toMatchObject({ owner: 'unknown', record: { run: 'a' } });
    expect((await other.list())[0]?.record.detached).toBeUndefined();
    expect(await other.claim('a')).toBe(false);
  });

  it('puts the result beside the outputs, for people, and keeps one that no job can write', async () => {
    const folder = await newFolder();
    const records = recordsOf(folder);
    await remember(records, 'a');
    await mkdir(join(folder, OWN));
    await writeFile(join(folder, OWN, 'model.pt'), 'weights');

    expect(await records.keep(resultOf('a'), handle('a'))).toMatchObject({ isBeside: true });

    const [inside, beside] = await Promise.all(
      [`${OWN}/run.json`, 'a.ended.json'].map((name) => readFile(join(folder, name), 'utf8')),
    );
    const { folder: where, owner, handle: found, ...shown } = JSON.parse(beside ?? '');
    expect([where, owner, found].includes(undefined)).toBe(false);
    expect(JSON.parse(inside ?? '')).toEqual(shown);
    expect(shown).toMatchObject({
      version: 1,
      run: 'a',
      ended: { reason: 'succeeded', 'exit-code': 0, metrics: { loss: 1.5 }, size: 7 },
    });
    expect(await records.list()).toMatchObject([{ ended: { reason: 'succeeded' } }]);
  });

  it('names a folder by when, job, leg and id, and says how each file was made', async () => {
    const folder = await newFolder();
    const records = recordsOf(folder);
    const leg = { label: 'lr=0.1', values: new Map([['lr', '0.1']]), failFast: true };
    const made = { params: new Map([['lr', '0.1']]), commit: 'c0ffee', base: 'python:3.13@sha256:ab' };
    const earlier = [{ run: 'a-0', verdict: { reason: 'interrupted' as const }, duration: 3 }];
    const run = runPlan({ id: 'a', leg, ...made, earlier });
    await records.remember(run, handle('a'));
    const own = '1970-01-01T0000Z-a_lr=0.1';
    await mkdir(join(folder, own));
    await mkdir(join(folder, own, 'outputs'));
    await writeFile(join(folder, own, 'outputs/model.pt'), 'weights');

    const machine = { name: 'gpu-7', platform: 'linux/amd64', gpus: ['0 GPU-ab'] };
    await records.keep(
      runResult({ run: planOf((await records.list())[0]?.record ?? (undefined as never)), machine }),
      handle('a'),
    );
    await records.keep(runResult({ run, machine }), handle('a'));

    const kept = JSON.parse(await readFile(join(folder, 'latest/run.json'), 'utf8'));
    expect(await readlink(join(folder, 'latest'))).toBe(own);
    expect(kept).toMatchObject({ params: { lr: '0.1' }, commit: 'c0ffee', base: made.base });
    expect(kept.ended).toMatchObject({
      machine,
      course: { loss: [3, 2, 1.5] },
      files: [
        {
          path: 'outputs/model.pt',
          size: 7,
          sha256: createHash('sha256').update('weights').digest('hex'),
        },
      ],
    });
    const ended = JSON.parse(await readFile(join(folder, 'a.ended.json'), 'utf8'));
    expect(ended.ended.attempts).toEqual([
      { run: 'a-0', reason: 'interrupted', 'exit-code': null, duration: 3 },
    ]);
  });

  it('keeps what a run was made from when another process goes on with it', async () => {
    const records = recordsOf(await newFolder());
    await records.remember(runPlan({ id: 'a', commit: 'c0ffee' }), handle('a'));
    await remember(records, 'a');

    expect(await records.list()).toMatchObject([{ record: { commit: 'c0ffee' } }]);
  });

  it('amends what became of the outputs, in the file for people too', async () => {
    const folder = await newFolder();
    const records = recordsOf(folder);
    await remember(records, 'a');
    await records.keep(resultOf('a'), handle('a'));
    const outputsArtifact = {
      registry: 'ghcr.io',
      path: 'acme/train',
      digest: `sha256:${'a'.repeat(64)}`,
    } as const;

    await records.amend({ ...resultOf('a'), outputsArtifact });

    const [own] = (await readdir(folder)).filter((name) => name.endsWith('-a'));
    const forPeople = JSON.parse(await readFile(join(folder, own ?? 'a', 'run.json'), 'utf8'));
    expect(forPeople.ended).toMatchObject({
      reason: 'succeeded',
      'outputs-artifact': `ghcr.io/acme/train@sha256:${'a'.repeat(64)}`,
    });
    expect(await records.ended('a')).toEqual(forPeople);
  });

  it('writes over no output of the job that has the name of the result', async () => {
    const folder = await newFolder();
    const records = recordsOf(folder);
    await remember(records, 'a');
    await mkdir(join(folder, OWN));
    await writeFile(join(folder, OWN, 'run.json'), 'mine');

    expect(await records.keep(resultOf('a'), handle('a'))).toMatchObject({ isBeside: false });
    await records.amend({ ...resultOf('a'), verdict: { reason: 'internal' } });

    expect(await readFile(join(folder, OWN, 'run.json'), 'utf8')).toBe('mine');
    expect(await records.list()).toMatchObject([{ ended: { reason: 'internal' } }]);
  });

  it('says beside the outputs from what they were made', async () => {
    const folder = await newFolder();
    const records = recordsOf(folder);
    await records.remember(runPlan({ id: 'a', commit: 'c0ffee' }), handle('a'));
    await mkdir(join(folder, OWN, 'outputs'), { recursive: true });
    await writeFile(join(folder, OWN, 'outputs/model.pt'), 'weights');

    expect(await records.keep(resultOf('a'), handle('a'))).toMatchObject({ hasProvenance: true });

    const text = (name: string) => readFile(join(folder, OWN, 'provenance', name), 'utf8');
    const statement = JSON.parse(await text('statement.json'));
    const sha256 = createHash('sha256').update('weights').digest('hex');
    expect(statement.subject).toEqual([{ name: 'outputs/model.pt', digest: { sha256 } }]);
    expect(JSON.stringify(statement.predicate)).toContain('acme/train@c0ffee');
    expect(JSON.parse(await text('predicate.json'))).toEqual(statement.predicate);
    expect(await text('checksums.txt')).toBe(`${sha256}  outputs/model.pt\n`);
    expect(`${await records.statementOf('a')}\n`).toBe(await text('statement.json'));
    expect(await records.keepBundle('a', '{}')).toBe(join(folder, OWN, 'provenance/bundle.sigstore.json'));
    expect(await text('bundle.sigstore.json')).toBe('{}\n');
  });

  it('writes over no output of the job that has the name of what is said of it', async () => {
    const folder = await newFolder();
    const records = recordsOf(folder);
    await remember(records, 'a');
    await mkdir(join(folder, OWN, 'provenance'), { recursive: true });
    await writeFile(join(folder, OWN, 'provenance/statement.json'), 'mine');
    const result = { ...resultOf('a'), outputs: ['provenance/statement.json'] };

    expect(await records.keep(result, handle('a'))).toMatchObject({ hasProvenance: false });
    await expect(records.keepBundle('a', '{}')).rejects.toThrow('has the name "provenance"');

    expect(await readFile(join(folder, OWN, 'provenance/statement.json'), 'utf8')).toBe('mine');
    expect(await readdir(join(folder, OWN, 'provenance'))).toEqual(['statement.json']);
  });

  it('takes no result of an earlier run for that of another one with its id', async () => {
    const records = recordsOf(await newFolder());
    await remember(records, 'a');
    await records.keep(resultOf('a'), handle('a'));
    await records.forget('a');
    await remember(records, 'a');

    expect(await records.list()).toMatchObject([{ owner: 'alive' }]);
  });
});
