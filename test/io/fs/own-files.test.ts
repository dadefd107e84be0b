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
import { writeLockFile } from '../../../src/host/lock-file.ts';
import { createRunFiles } from '../../../src/host/runs/files.ts';
import { makeFolder, replaceFile } from '../../../src/io/fs/own-files.ts';

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

describe('a checkout in which something stands where we write', () => {
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

  it('is a folder that may be there already, and no link to one', () => {
    const folder = join(checkout, 'a');
    makeFolder(folder);
    makeFolder(folder);
    link('b', '.');

    expect(() => makeFolder(join(checkout, 'b'))).toThrow('b" is not a folder');
  });

  it('is a log that is written anew by another attempt, and through no link', async () => {
    const runs = join(checkout, 'runs');
    const log = join(runs, 'train-1/log.txt');
    const write = async (): Promise<void> => {
      const files = createRunFiles(join(runs, 'train-1'));
      await files.writeLog(Buffer.from('log'));
      await files.closeLog();
    };
    await write();
    await write();
    expect([readFileSync(log, 'utf8'), lstatSync(log).mode & 0o777]).toEqual(['log', 0o600]);
    expect(lstatSync(runs).mode & 0o777).toBe(0o700);
    rmSync(log);
    link('runs/train-1/log.txt', 'profile');

    await expect(write()).rejects.toThrow('log.txt" is a link');
    expect(readFileSync(join(elsewhere, 'profile'), 'utf8')).toBe('mine');
  });
});
