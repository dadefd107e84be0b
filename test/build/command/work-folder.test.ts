import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFolder } from '../../../src/build/command/work-folder.ts';

describe('what a build has left', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobimg-left-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is read where it is a file, and not where it leads elsewhere', async () => {
    const left = join(folder, 'left');
    await mkdir(join(left, 'deeper'), { recursive: true });
    await writeFile(join(folder, 'secret'), 'of this machine');
    await symlink(join(folder, 'secret'), join(left, 'gpu-code.json'));
    await writeFile(join(left, '0.json'), '[]');

    expect(await readFolder(left)).toEqual(new Map([['0.json', '[]']]));
  });
});
