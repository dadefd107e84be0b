import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { folderName, readFolderName } from '../../../src/run/records/folder-name.ts';

const STARTED = '2026-12-01T17:56:44.123Z';

describe('the name of the folder of a run', () => {
  it.each([
    [undefined, '2026-12-01T1756Z-train-0f3a'],
    ['lr=0.1, depth=3', '2026-12-01T1756Z-train-0f3a_lr=0.1-depth=3'],
    ['model=resnet.v2', '2026-12-01T1756Z-train-0f3a_model=resnet-v2'],
    ['data=../../etc/é "x"', '2026-12-01T1756Z-train-0f3a_data=-etc-x'],
    ['x.part-1.tmp', '2026-12-01T1756Z-train-0f3a_x-part-1-tmp'],
    ['…', '2026-12-01T1756Z-train-0f3a'],
  ])('of the leg %j is %s', (leg, name) => {
    expect(folderName({ run: 'train-0f3a', started: STARTED, leg })).toBe(name);
  });

  it('is portable, and tells the run whatever its leg is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (leg) => {
        const name = folderName({ run: 'train-0f3a', started: STARTED, leg });

        expect(name).toMatch(/^[A-Za-z0-9=.+_-]{1,150}$/);
        expect(readFolderName(name)).toEqual({ run: 'train-0f3a', ending: '' });
        expect(readFolderName(`${name}.part-Ab1`)).toEqual({ run: 'train-0f3a', ending: '.part-Ab1' });
      }),
    );
  });
});
