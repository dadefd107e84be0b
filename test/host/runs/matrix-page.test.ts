import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { removeRun } from '../../../src/host/runs/expired.ts';
import { readKeptRuns } from '../../../src/host/runs/kept-runs.ts';
import { writeMatrixPage } from '../../../src/host/runs/matrix-page.ts';
import { endedRecord, recordOf } from '../../../src/run/record.ts';
import { runPlan, runResult } from '../../report/results.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobimg-matrix-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function leg(id: string, isOver = true): Promise<void> {
  const run = runPlan({ id });
  const handle = { backend: 'docker', run: id, name: 'x', hash: run.hash, native: {} };
  const owner = { pid: 1, host: 'box', boot: '1', namespace: '1', started: '1' };
  const record = recordOf(run, handle, { folder: '/work', owner, now: new Date(0) });
  const ended = endedRecord(record, runResult({ run }), { now: new Date(0), size: 7, files: [] });
  await mkdir(join(folder, `1970-01-01T0000Z-${id}_lr=0.1`));
  await writeFile(
    join(folder, `${id}${isOver ? '.ended' : ''}.json`),
    JSON.stringify(isOver ? ended : record),
  );
}

const page = () =>
  writeMatrixPage(folder, ['train-1', 'train-2'], (kept) => kept.map(({ run }) => run).join());

it('the page of a matrix stands in a folder that is no run, and goes with its first leg', async () => {
  await leg('train-1');
  await leg('train-2');

  const own = join(folder, '1970-01-01T0000Z-train-1.matrix');
  expect(await page()).toBe(own);
  expect(await readFile(join(own, 'runs.html'), 'utf8')).toBe('train-1,train-2');
  expect((await readKeptRuns(folder)).map(({ run }) => run)).toEqual(['train-1', 'train-2']);

  await removeRun(folder, 'train-2');
  expect(await readdir(folder)).toContain('1970-01-01T0000Z-train-1.matrix');
  await removeRun(folder, 'train-1');
  expect(await readdir(folder)).toEqual([]);
});

it('a matrix of which no leg has ended has no page', async () => {
  await leg('train-1', false);

  expect(await page()).toBeUndefined();
});
