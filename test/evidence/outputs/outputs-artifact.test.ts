import { describe, expect, it } from '@jest/globals';
import { outputsArtifact } from '../../../src/evidence/outputs/outputs-artifact.ts';
import { MOST_LAYERS, type OutputFile, packingOf } from '../../../src/evidence/outputs/packing.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import type { HashedFile } from '../../../src/run/types/result.ts';

const RUN = { id: 'train-1', job: 'train' };

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  // In pieces, as a file is read.
  for (let at = 0; at < text.length; at += 7) yield Buffer.from(text.slice(at, at + 7));
}

function filesOf(contents: Readonly<Record<string, string>>): readonly OutputFile[] {
  return Object.entries(contents).map(([path, text]) => ({ path, size: text.length, executable: false }));
}

async function artifactOf(contents: Readonly<Record<string, string>>, hashed: readonly HashedFile[] = []) {
  const read: string[] = [];
  const artifact = await outputsArtifact(RUN, filesOf(contents), {
    read: (path) => {
      read.push(path);
      return bytesOf(contents[path] ?? '');
    },
    hashed,
  });
  return { artifact, read };
}

describe('the files of an artifact', () => {
  it('are layers under their names, and an empty one is in a tar', async () => {
    const { artifact } = await artifactOf({ 'outputs/model.pt': 'weights', 'outputs/done': '' });

    expect(artifact.artifactType).toBe('application/vnd.jobimg.outputs.v1');
    expect(artifact.layers.map(({ digest, size, annotations }) => ({ digest, size, annotations }))).toEqual([
      {
        digest: sha256('weights'),
        size: 7,
        annotations: { 'org.opencontainers.image.title': 'outputs/model.pt' },
      },
      expect.objectContaining({
        annotations: { 'org.opencontainers.image.title': 'jobimg-files-1.tar' },
      }),
    ]);
    expect(Object.fromEntries(artifact.annotations)).toMatchObject({
      'dev.jobimg.run': 'train-1',
      'dev.jobimg.job': 'train',
    });
  });

  it('are the largest hundred, and the others are together', () => {
    const files = Array.from({ length: 250 }, (_, index) => ({
      path: `outputs/${index}`,
      size: index + 1,
      executable: false,
    }));

    const { own, packs } = packingOf(files);

    expect(own).toHaveLength(MOST_LAYERS);
    expect(Math.min(...own.map(({ size }) => size))).toBe(151);
    expect(packs.map((pack) => pack.length)).toEqual([150]);
  });

  it('are in tars of a gigabyte and less', () => {
    const large = 600 * 1024 ** 2;
    const files = Array.from({ length: 104 }, (_, index) => ({
      path: `outputs/${index}`,
      size: index < 100 ? 2 * 1024 ** 3 : large,
      executable: false,
    }));

    const { packs } = packingOf(files);

    expect(packs.map((pack) => pack.map(({ size }) => size))).toEqual([[large], [large], [large], [large]]);
  });

  it('have the same bytes each time they are sent', async () => {
    const { artifact } = await artifactOf({ a: 'x'.repeat(1_000), b: '', c: 'y' });

    for (const layer of artifact.layers) {
      const pieces: Uint8Array[] = [];
      for await (const piece of layer.open()) pieces.push(piece);
      expect(sha256(Buffer.concat(pieces))).toBe(layer.digest);
      expect(Buffer.concat(pieces)).toHaveLength(layer.size);
    }
  });

  it('are not read again where their hashes are known', async () => {
    const hashed = [{ path: 'a', size: 1, sha256: sha256('x').slice('sha256:'.length) }];

    const { artifact, read } = await artifactOf({ a: 'x' }, hashed);

    expect(read).toEqual([]);
    expect(artifact.layers[0]?.digest).toBe(sha256('x'));
  });

  it('that change while they are read are no artifact', async () => {
    const files = [{ path: 'a', size: 3, executable: false }];
    const pushing = outputsArtifact(RUN, files, { read: () => bytesOf('longer'), hashed: [] });

    await expect(pushing).rejects.toThrow('the output "a" has changed while it was read');
  });
});
