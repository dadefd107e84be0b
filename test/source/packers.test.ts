import { EventEmitter } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { errnoOf } from '../../src/io/errno.ts';
import type { CodeLayer } from '../../src/plan/plan.ts';
import { receivedError, sentError } from '../../src/source/layer/answer.ts';
import { type PackedLayer, packLayer } from '../../src/source/layer/layer.ts';
import { packLayers, threadsFor } from '../../src/source/layer/pack-layers.ts';
import { type Packer, startThread, threadPacker } from '../../src/source/layer/thread-packer.ts';
import { locator } from '../../src/source/locate.ts';
import { collect, makeFolder, put, sourceOf, walked } from './folder.ts';

const SCRIPT = fileURLToPath(new URL('packing-thread.mjs', import.meta.url));
const NAMES = ['a', 'b', 'c', 'd', 'e'];

/** Five layers, of a file each. */
async function setUp() {
  const root = makeFolder();
  for (const name of NAMES) put(root, name, `${name} is a line\n`.repeat(9_000));
  const tempFolder = makeFolder();
  const files = walked();
  const { entries } = await sourceOf(root).scan(files);
  const layers = entries.map(
    (entry, index): CodeLayer => ({
      files,
      entries: [entry],
      folder: '/workspace',
      part: { number: index + 1, of: NAMES.length },
    }),
  );
  const packing = { locate: locator(root), tempFolder };
  return { root, tempFolder, layers, packing };
}

type World = Awaited<ReturnType<typeof setUp>>;

function realThread({ root, tempFolder }: World): () => Packer {
  return () => threadPacker(startThread(SCRIPT, { root, tempFolder }));
}

/** A thread that never answers; it comes to its end by itself where `dies` says so. */
class SilentThread extends EventEmitter {
  readonly asked: unknown[] = [];
  readonly #dies: boolean;

  constructor(dies: boolean) {
    super();
    this.#dies = dies;
  }

  postMessage(layer: unknown): void {
    this.asked.push(layer);
    if (this.#dies) this.emit('error', new Error('out of memory'));
  }

  async terminate(): Promise<number> {
    this.emit('exit', 1);
    return 1;
  }
}

async function bytesOf(layers: readonly PackedLayer[]) {
  return await Promise.all(
    layers.map(async ({ digest, diffId, size, open }) => {
      const bytes = await collect(open());
      return { digest, diffId, size, bytes: bytes.toString('base64') };
    }),
  );
}

describe('layers that threads pack as well', () => {
  it('have the bytes and the order that they have when all are packed here', async () => {
    const world = await setUp();
    const here = await bytesOf(
      await Promise.all(world.layers.map((layer) => packLayer(layer, world.packing))),
    );

    const packed = await packLayers(world.layers, world.packing, [realThread(world), realThread(world)]);

    expect(readdirSync(world.tempFolder)).not.toEqual([]);
    expect(await bytesOf(packed)).toEqual(here);
    for (const layer of packed) layer.discard();
    expect(readdirSync(world.tempFolder)).toEqual([]);
  });

  it('are packed here when their thread ends', async () => {
    const world = await setUp();
    const thread = new SilentThread(true);

    const packed = await packLayers(world.layers, world.packing, [() => threadPacker(thread)]);

    expect(thread.asked).toHaveLength(1);
    expect(packed.map(({ digest }) => digest)).toEqual(
      (await packLayers(world.layers, world.packing, [])).map(({ digest }) => digest),
    );
  });

  it('are packed here when there is no program for a thread', async () => {
    const world = await setUp();
    const start = () => threadPacker(startThread(join(world.root, 'none.js'), world));

    expect(await packLayers(world.layers, world.packing, [start])).toHaveLength(NAMES.length);
  });

  it('fail as they fail here when a file is gone, and leave nothing', async () => {
    const world = await setUp();
    for (const name of NAMES) rmSync(join(world.root, name));

    const packing = packLayers(world.layers, world.packing, [realThread(world), realThread(world)]);

    await expect(packing).rejects.toThrow(/^"[a-e]" changed while building$/);
    expect(readdirSync(world.tempFolder)).toEqual([]);
  });

  it('are given up on a signal, also those that a thread is at', async () => {
    const world = await setUp();
    const over = new AbortController();
    const thread = new SilentThread(false);
    thread.postMessage = () => setImmediate(() => over.abort(new Error('cancelled')));

    const packing = packLayers(world.layers, { ...world.packing, signal: over.signal }, [
      () => threadPacker(thread),
    ]);

    await expect(packing).rejects.toThrow('cancelled');
  });
});

describe('the number of threads', () => {
  const layers = (...sizes: readonly number[]): readonly CodeLayer[] =>
    sizes.map((size) => ({
      files: walked(),
      folder: '/workspace',
      entries: [{ path: 'a', kind: 'file', executable: false, content: '', size }],
    }));

  it.each([
    { name: 'no layer', those: layers(), count: 0 },
    { name: 'one large layer', those: layers(1e9), count: 0 },
    { name: 'small layers', those: layers(4e6, 4e6, 4e6), count: 0 },
    { name: 'a small layer beside a large one', those: layers(1e9, 1e6), count: 0 },
    { name: 'two large ones', those: layers(1e9, 1e9), count: 1 },
    { name: 'many', those: layers(...Array.from({ length: 12 }, () => 1e8)), count: 2 },
  ])('is $count for $name', ({ those, count }) => {
    expect(threadsFor(those)).toBe(count);
  });
});

describe('an error of a thread', () => {
  it('is the same here: kind, code and hint of what the user can mend', () => {
    const error = new UserError('"a" changed', { code: 'changed', hint: 'start again', kind: 'build' });

    const received = receivedError(structuredClone(sentError(error)));

    expect(received).toBeInstanceOf(UserError);
    expect(received).toMatchObject({ kind: 'build', findings: error.findings, message: '"a" changed' });
  });

  it('is the same here: the code of the system, and the stack', () => {
    const error = Object.assign(new Error('no space left'), { code: 'ENOSPC' });

    const received = receivedError(structuredClone(sentError(error)));

    expect(errnoOf(received)).toBe('ENOSPC');
    expect(received.stack).toBe(error.stack);
  });
});
