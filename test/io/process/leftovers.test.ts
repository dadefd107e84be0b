import { mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises';
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
        `jobimg-${process.pid}-older`,
        'jobimg-lock',
        'other',
      ],
      [
        `${temporaryPrefix(dead)}a`,
        `${temporaryPrefix({ ...self, started: '1' })}reused`,
        'jobimg-99999999-older',
        'jobimg-build-99999999-x',
      ],
    ];
    for (const name of [...stays, ...goes]) await mkdir(join(temporary, name));
    for (const name of goes) await writeFile(join(temporary, name, 'config.json'), 'secret');
    await symlink(temporary, join(temporary, 'jobimg-99999999-link'));

    await removeLeftovers(temporary);

    expect((await readdir(temporary)).sort()).toEqual([...stays, 'jobimg-99999999-link'].sort());
  });
});
