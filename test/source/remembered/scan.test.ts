import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { rememberedIn } from '../../../src/source/remembered/remembered.ts';
import { scan } from '../../../src/source/scan.ts';
import { type Content, makeFolder, walked } from '../folder.ts';

const FILES: Readonly<Record<string, Content>> = {
  ...Object.fromEntries(Array.from({ length: 520 }, (_, index) => [`src/f${index}.py`, `${index}\n`])),
  'run.sh': { text: 'python train.py\n', mode: 0o755 },
  'windows.sh': 'python train.py\r\n',
  latest: { link: 'src/f1.py' },
};

/** As if two minutes had passed since the files were written. */
function setUp() {
  const folder = makeFolder(FILES);
  const remembered = rememberedIn(join(makeFolder(), 'code'), folder, () => Date.now() + 120_000);
  if (remembered === undefined) throw new Error('tests need a file system of this machine');
  const scanned = () => scan(folder, walked(), { remembered });
  return { folder, remembered, scanned };
}

describe('a scan that remembers', () => {
  it('gives the same again, and has read no file that says nothing', async () => {
    const { folder, remembered, scanned } = setUp();
    const first = await scanned();

    const second = await scanned();

    expect(second).toEqual(first);
    expect(second).toEqual(await scan(folder, walked()));
    expect(second.windowsScripts).toEqual(['windows.sh']);
    const hashes = remembered.hashes();
    const known = first.entries.filter(({ path }) => hashes.find(join(folder, path)) !== undefined);
    expect(known.map(({ path }) => path)).toEqual(
      first.entries.map(({ path }) => path).filter((path) => path !== 'windows.sh' && path !== 'latest'),
    );
  });

  it('sees what was edited, renamed and exchanged', async () => {
    const { folder, scanned } = setUp();
    await scanned();
    writeFileSync(join(folder, 'src/f1.py'), '9\n');
    renameSync(join(folder, 'src/f2.py'), join(folder, 'src/new.py'));
    renameSync(join(folder, 'src/f3.py'), join(folder, 'src/f3.tmp'));
    renameSync(join(folder, 'src/f4.py'), join(folder, 'src/f3.py'));
    renameSync(join(folder, 'src/f3.tmp'), join(folder, 'src/f4.py'));

    expect(await scanned()).toEqual(await scan(folder, walked()));
  });

  it('finds a pointer of Git LFS each time', async () => {
    const { folder, scanned } = setUp();
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 5\n`;
    writeFileSync(join(folder, 'weights.bin'), pointer);

    await expect(scanned()).rejects.toThrow('Git LFS pointer');
    await expect(scanned()).rejects.toThrow('Git LFS pointer');
  });
});
