import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { filesBelow, linkUnder } from '../../src/artifact/folder.ts';

describe('the folder of a run', () => {
  let root: string;
  let folder: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'jobimg-artifact-'));
    folder = join(root, 'run');
    await mkdir(join(folder, 'outputs', 'empty'), { recursive: true });
    await writeFile(join(folder, 'log.txt'), 'hello\n');
    await writeFile(join(folder, 'outputs', 'a:b.json'), '{}');
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  it('has regular files alone: nothing behind a link, nothing that waits', async () => {
    await writeFile(join(root, 'secret'), 'hunter2');
    await symlink(join(root, 'secret'), join(folder, 'outputs', 'link'));
    await symlink(root, join(folder, 'outputs', 'folder'));
    execFileSync('mkfifo', [join(folder, 'outputs', 'pipe')]);

    expect(await filesBelow(folder)).toEqual([
      { path: 'log.txt', size: 6 },
      { path: 'outputs/a:b.json', size: 2 },
    ]);
  });

  it('is given paths that an artifact takes, by links that take no room', async () => {
    const other = join(root, 'other');

    await linkUnder(other, folder, await filesBelow(folder));

    expect(await readFile(join(other, 'outputs', 'a%3Ab.json'), 'utf8')).toBe('{}');
    expect((await stat(join(other, 'log.txt'))).ino).toBe((await stat(join(folder, 'log.txt'))).ino);
  });
});
