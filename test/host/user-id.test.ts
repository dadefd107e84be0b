import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { readOwner } from '../../src/host/user-id.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jobimg-owner-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('is made once, and for this user alone', async () => {
  const state = join(folder, 'state', 'jobimg');

  const [first, second] = [await readOwner(state), await readOwner(state)];

  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(second).toBe(first);
  expect((await stat(join(state, 'owner'))).mode & 0o777).toBe(0o600);
});

it('is another one on another machine', async () => {
  const [one, other] = [await readOwner(join(folder, 'one')), await readOwner(join(folder, 'other'))];

  expect(one).not.toBe(other);
});

it('is none where nothing can be kept, and where the file is incomplete', async () => {
  await writeFile(join(folder, 'owner'), '0a1b');

  expect(await readOwner(join(folder, 'owner', 'below'))).toBeUndefined();
  expect(await readOwner(folder)).toBeUndefined();
});
