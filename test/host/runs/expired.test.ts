import { mkdir, mkdtemp, readdir, rename, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { removeExpired, type TidyRunsOptions } from '../../../src/host/runs/expired.ts';
import { createRecords } from '../../../src/host/runs/records.ts';
import { expired, type KeptRun, retentionOf, sizeOf } from '../../../src/run/retention.ts';
import type { Handle } from '../../../src/run/types/handle.ts';
import { runPlan, runResult } from '../../report/results.ts';

const DAY = 24 * 3_600_000;
const NOW = 1_000 * DAY;
const GENEROUS = { days: 30, bytes: 20e9 };

function run(id: string, days: number, size = 1, inUse = false): KeptRun {
  return { id, ended: NOW - days * DAY, size, inUse };
}

/** As the folder of a run is. */
const named = (id: string): string => `1970-01-01T0000Z-${id}`;

const idsOf = (runs: readonly KeptRun[]): readonly string[] => runs.map(({ id }) => id);

describe('what is kept of ended runs', () => {
  it.each<[string, readonly KeptRun[], { days: number; bytes: number }, readonly string[]]>([
    ['too old', [run('a', 31), run('b', 29), run('c', 1)], GENEROUS, ['a']],
    [
      'too large, the oldest first',
      [run('a', 3, 6), run('b', 2, 6), run('c', 1, 6)],
      { days: 30, bytes: 12 },
      ['a'],
    ],
    ['the newest, however old and large', [run('a', 99, 99)], { days: 1, bytes: 1 }, []],
    ['one that somebody may read', [run('a', 99, 99, true), run('b', 1)], { days: 1, bytes: 1 }, []],
    ['one that has just ended', [run('a', 0.01, 99), run('b', 0)], { days: 1, bytes: 1 }, []],
  ])('is told from %s', (_, runs, retention, gone) => {
    expect(idsOf(expired(runs, retention, NOW))).toEqual(gone);
  });

  it('is within its limits, but for the newest, what is in use and what is fresh', () => {
    const one = fc.record({
      id: fc.uuid(),
      ended: fc.integer({ min: NOW - 90 * DAY, max: NOW }),
      size: fc.nat({ max: 1_000 }),
      inUse: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.uniqueArray(one, { selector: ({ id }) => id }), fc.nat(5_000), (runs, bytes) => {
        const gone = new Set(expired(runs, { days: 30, bytes }, NOW));
        const stay = runs.filter((kept) => !gone.has(kept));
        const newest = Math.max(...runs.map(({ ended }) => ended));
        const must = stay.filter(({ inUse, ended }) => inUse || NOW - ended <= 3_600_000 || ended === newest);

        expect([...gone].every(({ inUse }) => !inUse)).toBe(true);
        expect(runs.length === 0 || stay.some(({ ended }) => ended === newest)).toBe(true);
        expect(sizeOf(stay) <= bytes || must.length === stay.length).toBe(true);
      }),
    );
  });

  it('is what the operator says, and everything where that is not a number', () => {
    expect(retentionOf({})).toEqual({ retention: GENEROUS, wrong: [] });
    expect(retentionOf({ JOBIMG_KEEP_DAYS: '0.5', JOBIMG_KEEP_GB: '2' }).retention).toEqual({
      days: 0.5,
      bytes: 2e9,
    });
    expect(retentionOf({ JOBIMG_KEEP_DAYS: 'ten', JOBIMG_KEEP_GB: '-1' })).toEqual({
      retention: { days: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY },
      wrong: ['JOBIMG_KEEP_DAYS', 'JOBIMG_KEEP_GB'],
    });
  });
});

describe('removeExpired', () => {
  const SELF = { pid: 7, host: 'box', boot: 'now', namespace: 'all', started: '5' };
  let folder: string;
  let tidying: TidyRunsOptions;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobimg-kept-'));
    tidying = {
      folder,
      retention: { days: 30, bytes: 20e9 },
      self: SELF,
      startedOf: (pid) => (pid === SELF.pid ? SELF.started : undefined),
      now: NOW,
      uid: process.getuid?.(),
    };
  });

  const handle = (id: string): Handle => ({
    backend: 'docker',
    run: id,
    name: `jobimg-${id}`,
    hash: 'sha256:ab',
    native: {},
  });

  async function remembered(
    id: string,
    daysAgo: number,
    pid = 8,
    host = SELF.host,
  ): Promise<ReturnType<typeof createRecords>> {
    const records = createRecords({
      folder,
      starting: { folder: '/work' },
      caller: { hosted: false, version: '1.2.3' },
      self: { ...SELF, pid, host },
      startedOf: tidying.startedOf,
      now: () => new Date(NOW - daysAgo * DAY),
      wait: async () => undefined,
    });
    await records.remember(runPlan({ id }), handle(id));
    await mkdir(join(folder, named(id)));
    await writeFile(join(folder, named(id), 'log.txt'), 'log');
    return records;
  }

  async function ended(id: string, daysAgo: number, pid = 8, host = SELF.host): Promise<void> {
    const records = await remembered(id, daysAgo, pid, host);
    await records.keep(runResult({ run: runPlan({ id }) }), handle(id));
    await records.forget(id);
  }

  it('removes a run whole, with its result, and neither one that lives nor the newest', async () => {
    await ended('old', 40);
    await ended('young', 2);
    await remembered('alive', 50, SELF.pid);
    await remembered('dead-and-not-collected', 50);

    const removed = await removeExpired(tidying);

    expect(idsOf(removed.runs)).toEqual(['old']);
    expect((await readdir(folder)).sort()).toEqual(
      [
        named('alive'),
        'alive.json',
        named('dead-and-not-collected'),
        'dead-and-not-collected.json',
        'latest',
        named('young'),
        'young.ended.json',
      ].sort(),
    );
  });

  it('leaves the result of a process on another machine alone for a day, for it may still read it', async () => {
    tidying = { ...tidying, retention: { days: 0.1, bytes: 20e9 } };
    await ended('fresh-there', 0.5, 8, 'other');
    await ended('old-there', 1.5, 8, 'other');
    await ended('here', 0.5);
    await ended('newest', 0.01);

    const removed = await removeExpired(tidying);

    expect([...idsOf(removed.runs)].sort()).toEqual(['here', 'old-there']);
  });

  it('leaves a run alone that was started on a backend of another release', async () => {
    const records = await remembered('later', 50);
    await records.remember(runPlan({ id: 'later' }), { ...handle('later'), backend: 'later' });
    const then = NOW / 1_000 - (50 * DAY) / 1_000;
    await utimes(join(folder, named('later')), then, then);
    await ended('young', 2);

    const removed = await removeExpired(tidying);

    expect(idsOf(removed.runs)).toEqual([]);
    expect(await readdir(folder)).toContain(named('later'));
  });

  it('removes what was cut off, but of a process that lives', async () => {
    await remembered('alive', 0, SELF.pid);
    await remembered('dead', 0);
    await ended('young', 2);
    const gone = ['.removing-old', named('dead.part-x'), named('nobody.part-x'), 'dead.json.0a.tmp'];
    const stay = [named('alive.part-x'), 'alive.json.0b.tmp'];
    for (const name of [...gone, ...stay]) await mkdir(join(folder, name));
    await utimes(join(folder, 'dead.json.0a.tmp'), NOW / 1_000 - 7_200, NOW / 1_000 - 7_200);
    await utimes(join(folder, 'alive.json.0b.tmp'), NOW / 1_000, NOW / 1_000);

    await removeExpired(tidying);

    const names = await readdir(folder);
    expect(names).toEqual(expect.arrayContaining(stay));
    expect(names.filter((name) => gone.includes(name))).toEqual([]);
  });

  it('touches nothing that a link leads to, and nothing of another user', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'jobimg-elsewhere-'));
    await writeFile(join(elsewhere, 'mine'), '');
    await symlink(elsewhere, join(folder, 'linked'));
    await ended('young', 2);
    await ended('old', 40);

    await removeExpired({ ...tidying, uid: 99_999 });
    expect(await readdir(folder)).toHaveLength(6);
    await removeExpired(tidying);

    expect(await readdir(elsewhere)).toEqual(['mine']);
    expect((await readdir(folder)).sort()).toEqual([named('young'), 'latest', 'linked', 'young.ended.json']);
  });

  it('removes the folder of a leg, and what was cut off of another', async () => {
    await ended('old', 40);
    await rename(join(folder, named('old')), join(folder, named('old_lr=0.1')));
    await ended('young', 2);
    await mkdir(join(folder, named('dead_lr=0.1.part-x')));

    await removeExpired(tidying);

    expect((await readdir(folder)).sort()).toEqual([named('young'), 'latest', 'young.ended.json']);
  });

  it('leaves what somebody has put beside the runs', async () => {
    const mine = ['analysis', 'notes.part-1', 'old', 'plots.d'];
    await ended('old', 40);
    await ended('young', 2);
    for (const name of mine) {
      await mkdir(join(folder, name));
      await utimes(join(folder, name), 0, 0);
    }

    await removeExpired(tidying);

    expect(await readdir(folder)).toEqual(expect.arrayContaining(mine));
  });

  it('lets two do it at once', async () => {
    for (const id of ['a', 'b', 'c']) await ended(id, 40);
    await ended('young', 2);

    await Promise.all([removeExpired(tidying), removeExpired(tidying)]);

    expect((await readdir(folder)).sort()).toEqual([named('young'), 'latest', 'young.ended.json']);
  });

  it('finds nothing where no run ever was', async () => {
    expect(await removeExpired({ ...tidying, folder: join(folder, 'none') })).toEqual({ runs: [], bytes: 0 });
  });
});
