import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readCheckout } from '../../src/source/checkout.ts';

const SHA = '0123456789012345678901234567890123456789';

function checkout(address?: string): string {
  const root = mkdtempSync(join(tmpdir(), 'jobimg-checkout-'));
  mkdirSync(join(root, '.git'));
  mkdirSync(join(root, 'sub'));
  writeFileSync(join(root, '.git/HEAD'), `${SHA}\n`);
  if (address !== undefined)
    writeFileSync(join(root, '.git/config'), `[remote "origin"]\n\turl = ${address}\n`);
  return root;
}

describe('what is read of a checkout', () => {
  it.each([
    'https://github.com/acme/train',
    'https://github.com/acme/train.git/',
    'git@github.com:acme/train.git',
  ])('names the repository of %s', async (address) => {
    const root = checkout(address);

    const read = await readCheckout(join(root, 'sub'));

    expect(read).toMatchObject({ sha: SHA, name: 'train', root, origin: 'acme/train' });
  });

  it('is its folder where nothing says where it came from', async () => {
    const root = checkout();

    expect(await readCheckout(root)).toMatchObject({
      sha: SHA,
      name: basename(root),
      root,
      origin: undefined,
    });
  });

  it('is the name of a folder that is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'jobimg-plain-'));

    expect(await readCheckout(folder)).toMatchObject({ name: basename(folder) });
  });
});
