import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { cutCode } from '../../../src/plan/images/code-layers.ts';
import type { CodeLayer } from '../../../src/plan/plan.ts';
import { createSource } from '../../../src/source/source.ts';
import { collect, makeFolder, walked } from '../folder.ts';

/** 6 MB of text in two layers or more. */
const CODE = Object.fromEntries(
  Array.from({ length: 30 }, (_, index) => [`src/file${index}.py`, `${index} = hidden\n`.repeat(16_000)]),
);

async function setUp() {
  const folder = makeFolder(CODE);
  const rememberIn = join(makeFolder(), 'cache');
  const source = () => createSource({ root: folder, tempFolder: folder, rememberIn });
  const files = walked();
  const { entries } = await source().scan(files);
  const layers = cutCode({ files, entries, folder: '/workspace' });
  return { folder, source, layers, memory: join(rememberIn, 'layers.json') };
}

async function packAll(source: ReturnType<typeof createSource>, layers: readonly CodeLayer[]) {
  return await source.pack(layers);
}

function told(layers: Awaited<ReturnType<typeof packAll>>) {
  return layers.map(({ digest, diffId, size }) => ({ digest, diffId, size }));
}

describe('layers that were packed before', () => {
  it('are the same, and no file is read for them until they are sent', async () => {
    const { folder, source, layers } = await setUp();
    const first = await packAll(source(), layers);
    writeFileSync(join(folder, 'src/file0.py'), 'another\n');

    const second = await packAll(source(), layers);

    expect(told(second)).toEqual(told(first));
    await expect(collect((second[0] ?? fail()).open())).rejects.toThrow('changed while building');
  });

  it('are packed when they are sent', async () => {
    const { source, layers } = await setUp();
    const first = await packAll(source(), layers);

    const [again] = await packAll(source(), layers);

    const bytes = await collect((first[0] ?? fail()).open());
    expect((await collect((again ?? fail()).open())).equals(bytes)).toBe(true);
    expect((await collect((again ?? fail()).open())).equals(bytes)).toBe(true);
  });

  it('are packed anew by who asks for that', async () => {
    const { folder, source, layers } = await setUp();
    await packAll(source(), layers);
    writeFileSync(join(folder, 'src/file0.py'), 'another\n');
    const anew = source();
    anew.readAnew();

    await expect(packAll(anew, layers)).rejects.toThrow('changed while building');
  });

  it.each([
    { name: 'cut off', change: (text: string) => text.slice(0, -9) },
    {
      name: 'with another digest',
      change: (text: string) => text.replace(/"digest":"sha256:./, '"digest":"sha256:0'),
    },
    { name: 'with another size', change: (text: string) => text.replace(/"size":/, '"size":1') },
    { name: 'not ours', change: () => '{"layers":{},"sum":1}' },
  ])('are not known from a file that is $name', async ({ change }) => {
    const { source, layers, memory } = await setUp();
    const first = await packAll(source(), layers);
    const before = readFileSync(memory, 'utf8');
    writeFileSync(memory, change(before).replace('sha256:00', 'sha256:0f'));

    expect(told(await packAll(source(), layers))).toEqual(told(first));
    expect(JSON.parse(readFileSync(memory, 'utf8'))).toEqual(JSON.parse(before));
  });
});

function fail(): never {
  throw new Error('there is no layer');
}
