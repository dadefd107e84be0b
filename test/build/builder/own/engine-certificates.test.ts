import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { engineCertificates } from '../../../../src/build/builder/own/engine-network.ts';

describe('the certificates that an engine trusts', () => {
  it('are those of each host, and never its keys', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'jobimg-'));
    for (const host of ['registry.lan:5000', 'empty.example.com']) await mkdir(join(folder, host));
    for (const name of ['b.crt', 'a.crt', 'client.key', 'client.cert']) {
      await writeFile(join(folder, 'registry.lan:5000', name), `${name}\n`);
    }

    expect(await engineCertificates(folder)).toEqual(new Map([['registry.lan:5000', 'a.crt\n\nb.crt\n']]));
  });

  it('are none where there is no such folder', async () => {
    expect(await engineCertificates('/nonexistent')).toEqual(new Map());
  });
});
