import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { removeLeftovers, temporaryPrefix } from '../../../src/io/process/leftovers.ts';
import { ownProcess } from '../../../src/io/process/own-process.ts';

describe('removeLeftovers', () => {
  it('removes the folders of processes that are gone, and no other', async () => {
    const temporary = await mkdtemp(join(tmpdir(), 'jobimg-'));
    const self = ownProcess();
    const dead = { ...self, pid: 99_999_999 };
    const [stays, goes] = [
      [
        `${temporaryPrefix(self)}a`,
        `${temporaryPrefix({ ...dead, namespace: 'pid:[1]' })}in-a-container`,
        'jobimg-99999999-results',
        'jobimg-build-99999999-x',
        'jobimg-2026-12-01-backup',
        'jobimg-lock',
        'other',
      ],
      [`${temporaryPrefix(dead)}a`, `${temporaryPrefix({ ...self, started: '1' })}reused`],
    ];
    for (const name of [...stays, ...goes]) await mkdir(join(temporary, name));
    for (const name of goes) await writeFile(join(temporary, name, 'config.json'), 'secret');
    const link = `${temporaryPrefix(dead)}link`;
    await symlink(temporary, join(temporary, link));

    await removeLeftovers(temporary);

    expect((await readdir(temporary)).sort()).toEqual([...stays, link].sort());
    await rm(temporary, { recursive: true });
  });
});
