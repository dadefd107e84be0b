import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from './repository.ts';

/** So many files can be taken in at a glance; a folder with more of them is two. */
const MOST = 15;

/** Every folder below one, itself included. */
function foldersBelow(folder: string): readonly string[] {
  const entries = readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true });
  const found = entries.filter((entry) => entry.isDirectory());
  return [folder, ...found.map(({ parentPath, name }) => relative(ROOT, join(parentPath, name)))];
}

function filesAtTop(folder: string): number {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

describe('the tree', () => {
  it.each(['src', 'test'])(`has no folder below %s with more than ${MOST} files at its top`, (root) => {
    const crowded = foldersBelow(root).filter((folder) => filesAtTop(folder) > MOST);

    expect(crowded).toEqual([]);
  });
});
