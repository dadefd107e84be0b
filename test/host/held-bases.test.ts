import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHeldBases } from '../../src/host/held-bases.ts';
import { sha256 } from '../../src/oci/digest.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'jobimg-held-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the bases that a machine remembers', () => {
  it('are read as they were kept, by platform', async () => {
    const held = createHeldBases(join(folder, 'jobimg/bases.json'));

    await held.keep(new Map([['python:3', new Map([['linux/amd64', sha256('a')]])]]));
    await held.keep(new Map([['python:3', new Map([['linux/arm64', sha256('b')]])]]));

    const digests = new Map([
      ['linux/amd64', sha256('a')],
      ['linux/arm64', sha256('b')],
    ]);
    expect(await held.read()).toEqual(new Map([['python:3', digests]]));
  });

  it.each(['', '{', '[]', '{"python:3":{"linux/amd64":"latest"}}'])(
    'are none in a file that says %j',
    async (text) => {
      const path = join(folder, 'bases.json');
      writeFileSync(path, text);

      expect(await createHeldBases(path).read()).toEqual(new Map());
    },
  );

  it('are at most 500, without those that were not used for longest', async () => {
    const path = join(folder, 'bases.json');
    const held = createHeldBases(path);
    const one = new Map([['linux/amd64', sha256('a')]]);

    await held.keep(new Map(Array.from({ length: 501 }, (_, index) => [`base:${index}`, one])));

    expect((await held.read()).has('base:0')).toBe(false);
    expect(Object.keys(JSON.parse(readFileSync(path, 'utf8')))).toHaveLength(500);
  });

  it('are forgotten where nothing can be written, and nothing fails', async () => {
    writeFileSync(join(folder, 'file'), '');

    await createHeldBases(join(folder, 'file/bases.json')).keep(new Map([['a', new Map()]]));
  });
});
