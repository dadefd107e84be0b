import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeLockFile } from '../../src/host/lock-file.ts';
import { createRunFiles } from '../../src/host/run-files.ts';
import { makeFolder, replaceFile, writeOnce } from '../../src/io/own-files.ts';

/** The checkout, and beside it what is none of its business. */
let checkout: string;
let elsewhere: string;
beforeEach(() => {
  const root = mkdtempSync(join(tmpdir(), 'jobimg-own-'));
  checkout = join(root, 'checkout');
  elsewhere = join(root, 'elsewhere');
  for (const folder of [checkout, elsewhere]) mkdirSync(folder);
  writeFileSync(join(elsewhere, 'profile'), 'mine');
});
afterEach(() => rmSync(join(checkout, '..'), { recursive: true, force: true }));

function link(path: string, target: string): void {
  symlinkSync(join(elsewhere, target), join(checkout, path));
}

function writeLog(): Promise<void> {
  return createRunFiles(join(checkout, 'jobimg-runs', 'train-1')).writeLog(Buffer.from('log'));
}

describe('a checkout in which something stands where we write', () => {
  it.each<[string, () => void, string]>([
    ['a link for the folder of the runs', () => link('jobimg-runs', '.'), 'jobimg-runs" is no folder'],
    ['a file for it', () => writeFileSync(join(checkout, 'jobimg-runs'), ''), 'jobimg-runs" is no folder'],
    [
      'a link for the folder of the run',
      () => {
        mkdirSync(join(checkout, 'jobimg-runs'));
        link('jobimg-runs/train-1', '.');
      },
      'train-1" is no folder',
    ],
    [
      'a link for its ignore file',
      () => {
        mkdirSync(join(checkout, 'jobimg-runs'));
        link('jobimg-runs/.gitignore', 'profile');
      },
      '.gitignore" is a link',
    ],
    [
      'an ignore file of its own',
      () => {
        mkdirSync(join(checkout, 'jobimg-runs'));
        writeFileSync(join(checkout, 'jobimg-runs/.gitignore'), '!*');
      },
      '.gitignore" is not ours',
    ],
    [
      'a link for the log',
      () => {
        mkdirSync(join(checkout, 'jobimg-runs/train-1'), { recursive: true });
        link('jobimg-runs/train-1/log.txt', 'profile');
      },
      'log.txt" is a link',
    ],
  ])('is told of %s, and nothing is written elsewhere', async (_, plant, message) => {
    plant();

    await expect(writeLog()).rejects.toThrow(message);

    expect(readdirSync(elsewhere)).toEqual(['profile']);
    expect(readFileSync(join(elsewhere, 'profile'), 'utf8')).toBe('mine');
  });

  it('gets no lock in place of a link, nor by one under a name that can be guessed', () => {
    link(`jobimg.lock.${process.pid}`, 'profile');
    writeLockFile(checkout, 'lock');
    rmSync(join(checkout, 'jobimg.lock'));
    link('jobimg.lock', 'profile');

    expect(() => writeLockFile(checkout, 'lock')).toThrow(
      'jobimg.lock" is a link, and nothing is written there',
    );
    expect(readFileSync(join(elsewhere, 'profile'), 'utf8')).toBe('mine');
  });
});

describe('a file of ours', () => {
  it('is replaced whole, and nothing else stays', () => {
    replaceFile(join(checkout, 'a'), 'one');
    replaceFile(join(checkout, 'a'), 'two');

    expect(readFileSync(join(checkout, 'a'), 'utf8')).toBe('two');
    expect(readdirSync(checkout)).toEqual(['a']);
  });

  it('is left as it is by another attempt, and its log is written anew', async () => {
    await writeLog();
    const before = lstatSync(join(checkout, 'jobimg-runs/.gitignore')).mtimeMs;
    await writeLog();
    makeFolder(join(checkout, 'jobimg-runs'));
    writeOnce(join(checkout, 'jobimg-runs/.gitignore'), '*\n');

    expect(lstatSync(join(checkout, 'jobimg-runs/.gitignore')).mtimeMs).toBe(before);
  });
});
