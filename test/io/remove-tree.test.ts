import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isThere } from '../../src/io/fs/is-there.ts';
import { removeTree } from '../../src/io/remove-tree.ts';

describe('a folder that is removed', () => {
  it('is gone although something else still writes into it', async () => {
    const root = await mkdtemp(join(tmpdir(), 'remove-tree-'));
    const inner = join(root, 'docker');
    await mkdir(inner);
    const writing = writeUntilRefused(inner, 100);

    await removeTree(root);

    await writing;
    expect(await isThere(root)).toBe(false);
  });

  it('need not be there', async () => {
    await expect(removeTree(join(tmpdir(), 'remove-tree-that-is-not-there'))).resolves.toBeUndefined();
  });
});

/** Not in order, so that some come between the listing of the folder and its removal. */
async function writeUntilRefused(folder: string, files: number): Promise<void> {
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let index = 0; index < files; index++) await writeFile(join(folder, `${writer}-${index}`), '');
  });
  await Promise.allSettled(writers);
}
