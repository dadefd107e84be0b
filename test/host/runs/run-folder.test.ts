import { mkdirSync, mkdtempSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { hashOutputs } from '../../../src/host/runs/output-hashes.ts';
import { linkLatest, runFolder } from '../../../src/host/runs/run-folder.ts';

const NOW = new Date('2026-12-01T17:56:44Z');

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'jobimg-folder-'));
}

describe('the folder of a run', () => {
  it('is the one that is there, and no other that has its id as a name', () => {
    const runs = newFolder();
    mkdirSync(join(runs, '2026-12-01T1700Z-train-1'));
    mkdirSync(join(runs, 'train-2'));

    expect(runFolder(runs, { id: 'train-1' }, NOW)).toBe(join(runs, '2026-12-01T1700Z-train-1'));
    expect(runFolder(runs, { id: 'train-2' }, NOW)).toBe(join(runs, '2026-12-01T1756Z-train-2'));
  });

  it('is not that of a run whose id ends with the same words', () => {
    const runs = newFolder();
    mkdirSync(join(runs, '2026-12-01T1700Z-pre-train-1'));

    expect(runFolder(runs, { id: 'train-1' }, NOW)).toBe(join(runs, '2026-12-01T1756Z-train-1'));
  });
});

describe('the link "latest"', () => {
  it('leads to the run that was started last', () => {
    const runs = newFolder();
    const [early, late] = ['2026-12-01T1200Z-a', '2026-12-01T1300Z-b'].map((name) => join(runs, name));
    for (const folder of [early, late]) mkdirSync(folder ?? '');

    for (const folder of [early, late, early]) linkLatest(folder ?? '');

    expect(readlinkSync(join(runs, 'latest'))).toBe('2026-12-01T1300Z-b');
  });

  it('takes the place of nothing else', () => {
    const runs = newFolder();
    writeFileSync(join(runs, 'latest'), 'mine');
    mkdirSync(join(runs, 'train-1'));

    linkLatest(join(runs, 'train-1'));

    expect(() => readlinkSync(join(runs, 'latest'))).toThrow('EINVAL');
  });
});

describe('hashOutputs', () => {
  it('hashes files as far as the limits go, and nothing that a link leads to', async () => {
    const folder = newFolder();
    for (const [name, text] of [
      ['a', 'four'],
      ['large', 'too large'],
      ['b', 'x'],
      ['c', ''],
    ] as const)
      writeFileSync(join(folder, name), text);
    symlinkSync(join(folder, 'a'), join(folder, 'link'));

    const names = ['a', 'large', 'link', 'gone', 'b', 'c'];
    const hashed = await hashOutputs(folder, names, { files: 5, bytes: 6 });

    expect(hashed.map(({ path, size }) => [path, size])).toEqual([
      ['a', 4],
      ['b', 1],
    ]);
    expect(hashed[0]?.sha256).toBe('04efaf080f5a3e74e1c29d1ca6a48569382cbbcd324e8d59d2b83ef21c039f00');
  });
});
