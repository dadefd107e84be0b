import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readTextFile } from '../../../src/io/fs/text-file.ts';

describe('readTextFile', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'jobimg-'));
    await writeFile(join(folder, 'file'), 'text\n');
  });

  it('gives the text, and undefined for no file', async () => {
    expect(await readTextFile(join(folder, 'file'))).toBe('text\n');
    expect(await readTextFile(join(folder, 'none'))).toBeUndefined();
  });

  it.each([
    ['a folder', '.', 'it is a folder'],
    ['a file below a file', 'file/below', 'a part of its path is not a folder'],
  ])('says of %s why it cannot be read', async (_, path, why) => {
    await expect(readTextFile(join(folder, path))).rejects.toMatchObject({
      findings: [{ code: 'file-unreadable', message: expect.stringContaining(why) }],
    });
  });
});
