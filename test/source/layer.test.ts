import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readTar } from '../../src/io/fs/tar-reader.ts';
import { ENCODER } from '../../src/plan/encoder.ts';
import { cutCode } from '../../src/plan/images/code-layers.ts';
import type { CodeLayer } from '../../src/plan/plan.ts';
import { type Content, collect, makeFolder, put, sourceOf, walked } from './folder.ts';

const TREE: Readonly<Record<string, Content>> = {
  'train.py': 'import torch\n\nprint(torch.__version__)\n',
  'run.sh': { text: '#!/bin/sh\nexec python train.py\n', mode: 0o755 },
  'src/model/net.py': 'class Net: ...\n'.repeat(6_000),
  'src/model/__init__.py': '',
  'data/größe 大.txt': 'größe\n',
  [`long/${'n'.repeat(120)}/${'m'.repeat(130)}.txt`]: 'long\n',
  latest: { link: 'src/model/net.py' },
  'links/far': { link: `../${'t'.repeat(120)}` },
};

async function layerOf(folder: string, at = '/workspace'): Promise<CodeLayer> {
  const files = walked({ ignore: ['layer-*'] });
  const { entries } = await sourceOf(folder).scan(files);
  return { files, entries, folder: at };
}

async function pack(folder: string, at?: string) {
  const [layer] = await sourceOf(folder).pack([await layerOf(folder, at)]);
  if (layer === undefined) throw new Error('there is no layer');
  return layer;
}

/** The same contents with other modes and another time. */
function putWith(folder: string, path: string, narrow: boolean): void {
  put(folder, path, TREE[path] ?? '');
  if (path === 'run.sh') chmodSync(join(folder, path), narrow ? 0o700 : 0o775);
  if (path === 'train.py') chmodSync(join(folder, path), narrow ? 0o600 : 0o664);
  if (path === 'train.py') utimesSync(join(folder, path), 1_000_000_000, 1_000_000_000);
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

describe('the layer of the code', () => {
  it('is these bytes, on every version of Node and every machine', async () => {
    const layer = await pack(makeFolder(TREE));

    const golden = JSON.parse(readFileSync(new URL('../golden/layer/tree.json', import.meta.url), 'utf8'));
    expect({ digest: layer.digest, diffId: layer.diffId, size: layer.size }).toEqual(golden);
  });

  it('tells the digests of what it gives, as often as it is opened', async () => {
    const layer = await pack(makeFolder(TREE));

    const [first, second] = [await collect(layer.open()), await collect(layer.open())];

    expect(layer.mediaType).toBe('application/vnd.oci.image.layer.v1.tar+gzip');
    expect(second).toEqual(first);
    expect({ size: first.length, digest: digestOf(first), diffId: digestOf(gunzipSync(first)) }).toEqual({
      size: layer.size,
      digest: layer.digest,
      diffId: layer.diffId,
    });
  });

  it('does not depend on the order of creation, on times, modes or the place', async () => {
    const { digest } = await pack(makeFolder(TREE));

    const paths = Object.keys(TREE);
    const orders = fc.shuffledSubarray(paths, { minLength: paths.length });

    await fc.assert(
      fc.asyncProperty(orders, fc.boolean(), async (order, narrow) => {
        const folder = makeFolder();
        for (const path of order) putWith(folder, path, narrow);

        expect((await pack(folder)).digest).toBe(digest);
      }),
      { numRuns: 10 },
    );
  });

  it('holds hard links as files of their own', async () => {
    const folder = makeFolder({ a: 'same' });
    linkSync(join(folder, 'a'), join(folder, 'b'));

    expect((await pack(folder)).digest).toBe((await pack(makeFolder({ a: 'same', b: 'same' }))).digest);
  });

  it('depends on contents, names, link targets, the executable bit and the folder', async () => {
    const changes: readonly ((folder: string) => unknown)[] = [
      () => undefined,
      (folder) => chmodSync(join(folder, 'train.py'), 0o755),
      (folder) => appendFileSync(join(folder, 'train.py'), '\n'),
      (folder) => put(folder, 'new', ''),
      (folder) => rmSync(join(folder, 'src/model/__init__.py')),
      (folder) => {
        rmSync(join(folder, 'latest'));
        symlinkSync('train.py', join(folder, 'latest'));
      },
    ];
    const digests = new Set([(await pack(makeFolder(TREE), '/app')).digest]);

    for (const change of changes) {
      const folder = makeFolder(TREE);
      change(folder);
      digests.add((await pack(folder)).digest);
    }

    expect(digests.size).toBe(changes.length + 1);
  });

  it('goes through a file when it is large, with the same result', async () => {
    const folder = makeFolder({ noise: randomBytes(18_000_000) });

    const layer = await pack(folder);

    expect(layer.size).toBeGreaterThan(16_777_216);
    const bytes = await collect(layer.open());
    expect(digestOf(bytes)).toBe(layer.digest);
    expect(digestOf(gunzipSync(bytes))).toBe(layer.diffId);
    expect(digestOf(await collect(layer.open()))).toBe(layer.digest);
  });

  it('leaves nothing on the disk when it is not read any more', async () => {
    const folder = makeFolder({ noise: randomBytes(18_000_000) });
    const source = sourceOf(folder);
    await source.pack([await layerOf(folder)]);
    const before = readdirSync(folder);

    source.release();

    expect(before).toEqual([expect.stringMatching(/^layer-/), 'noise']);
    expect(readdirSync(folder)).toEqual(['noise']);
  });
});

describe('the layers of code that is cut', () => {
  /** 6 MB: two layers or more. */
  const CODE: Readonly<Record<string, Content>> = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [
      `src/part${index % 7}/file${index}.py`,
      `${index} = nn.Linear(${index * 31}, hidden)\n`.repeat(3_500),
    ]),
  );

  async function packAll(folder: string) {
    const source = sourceOf(folder);
    const layers = cutCode(await layerOf(folder));
    return await source.pack(layers);
  }

  it('are these bytes, on every version of Node and every machine', async () => {
    const layers = await packAll(makeFolder(CODE));

    const golden = JSON.parse(readFileSync(new URL('../golden/layer/cut.json', import.meta.url), 'utf8'));
    expect(layers.map(({ digest, diffId, size }) => ({ digest, diffId, size }))).toEqual(golden);
  });

  it('tell the digests of what they give', async () => {
    for (const layer of await packAll(makeFolder(CODE))) {
      const bytes = await collect(layer.open());
      expect({ size: bytes.length, digest: digestOf(bytes), diffId: digestOf(gunzipSync(bytes)) }).toEqual({
        size: layer.size,
        digest: layer.digest,
        diffId: layer.diffId,
      });
    }
  });

  it('have each the folders of their files, and together all files', async () => {
    const folder = makeFolder(CODE);
    const names: string[] = [];
    for (const layer of await packAll(folder)) {
      const entries: string[] = [];
      const tar = gunzipSync(await collect(layer.open()));
      for await (const { path } of readTar(Readable.from([tar]))) entries.push(path.join('/'));
      const above = entries.map(posix.dirname).filter((folder) => folder !== '.');
      expect(new Set(entries)).toEqual(new Set([...entries, ...above]));
      names.push(...entries.filter((name) => name.endsWith('.py')));
    }

    expect(names.toSorted()).toEqual(
      Object.keys(CODE)
        .map((path) => `workspace/${path}`)
        .toSorted(),
    );
  });

  it('stay but for one when a line is edited', async () => {
    const folder = makeFolder(CODE);
    const before = await packAll(folder);
    appendFileSync(join(folder, 'src/part3/file10.py'), '# edited\n');

    const after = await packAll(folder);

    const known = new Set(before.map(({ digest }) => digest));
    expect(after.filter(({ digest }) => !known.has(digest))).toHaveLength(1);
    expect(after.length).toBe(before.length);
  });
});

describe('a file that changes while the layer is made', () => {
  it.each([
    { name: 'contents of the same length', change: (file: string) => writeFileSync(file, 'b') },
    { name: 'a longer file', change: (file: string) => writeFileSync(file, 'ab') },
    { name: 'a shorter file', change: (file: string) => writeFileSync(file, '') },
    { name: 'another mode', change: (file: string) => chmodSync(file, 0o755) },
    { name: 'nothing there', change: (file: string) => rmSync(file) },
    {
      name: 'a link in its place',
      change: (file: string) => {
        rmSync(file);
        symlinkSync('/etc/passwd', file);
      },
    },
  ])('stops it: $name', async ({ change }) => {
    const folder = makeFolder({ 'a.py': 'a' });
    const layer = await layerOf(folder);
    change(join(folder, 'a.py'));

    await expect(sourceOf(folder).pack([layer])).rejects.toThrow('"a.py" changed while building');
    await expect(collect(sourceOf(folder).tar([layer]))).rejects.toThrow('"a.py" changed while building');
  });

  it('counts for links too', async () => {
    const folder = makeFolder({ a: { link: 'b' } });
    const layer = await layerOf(folder);
    rmSync(join(folder, 'a'));
    writeFileSync(join(folder, 'a'), 'b');

    await expect(sourceOf(folder).pack([layer])).rejects.toThrow('"a" changed while building');
  });
});

describe('the encoder', () => {
  it('is named in the id with the version that is installed', () => {
    const manifest = new URL('../../node_modules/fflate/package.json', import.meta.url);

    expect(ENCODER.version).toBe(JSON.parse(readFileSync(manifest, 'utf8')).version);
  });
});
