import * as zlib from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { pack } from 'tar-stream';
import { sha256 } from '../../src/oci/digest.ts';
import { readLayerEntries } from '../../src/registry/layer-entries.ts';
import type { LayerEntry } from '../../src/verify/entry.ts';

const GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip';

type Header = Parameters<ReturnType<typeof pack>['entry']>[0] & {
  readonly pax?: Readonly<Record<string, string>>;
};

async function tarOf(entries: readonly (readonly [Header, string?])[]): Promise<Buffer> {
  const tar = pack();
  for (const [header, content] of entries) tar.entry(header, content ?? '');
  tar.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of tar) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

async function entriesOf(bytes: Uint8Array, mediaType: string): Promise<readonly LayerEntry[]> {
  async function* inPieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 777) yield bytes.subarray(at, at + 777);
  }
  const entries: LayerEntry[] = [];
  for await (const entry of readLayerEntries(inPieces(), mediaType)) entries.push(entry);
  return entries;
}

const mtime = new Date('1980-01-01T00:00:00Z');

describe('the entries of a layer', () => {
  it('have everything that decides bytes', async () => {
    const tar = await tarOf([
      [{ name: 'data/', type: 'directory', mode: 0o755, mtime }],
      [{ name: 'data/a', mode: 0o600, uid: 7, gid: 8, mtime, pax: { 'SCHILY.xattr.user.a': 'b' } }, 'hello'],
      [{ name: 'data/link', type: 'symlink', linkname: 'a', mode: 0o777, mtime }],
    ]);

    const common = { uid: 0, gid: 0, size: 0, mtime: 315_532_800, content: sha256('').slice(7) };
    expect(await entriesOf(zlib.gzipSync(tar), GZIP)).toEqual([
      { ...common, path: '/data', type: 'directory', mode: 0o755, records: new Map() },
      {
        ...common,
        path: '/data/a',
        type: 'file',
        mode: 0o600,
        uid: 7,
        gid: 8,
        size: 5,
        records: new Map([['SCHILY.xattr.user.a', 'b']]),
        content: sha256('hello').slice(7),
      },
      { ...common, path: '/data/link', type: 'symlink', mode: 0o777, link: 'a', records: new Map() },
    ]);
  });

  it('are read from a layer that is not compressed', async () => {
    const tar = await tarOf([[{ name: './a', mtime }, 'x']]);

    expect(await entriesOf(tar, 'application/vnd.oci.image.layer.v1.tar')).toMatchObject([{ path: '/a' }]);
  });

  it('of a Docker layer are read as well', async () => {
    const tar = zlib.gzipSync(await tarOf([[{ name: 'a', mtime }, 'x']]));

    expect(await entriesOf(tar, 'application/vnd.docker.image.rootfs.diff.tar.gzip')).toHaveLength(1);
  });

  it('of bytes that are no zstd are an error', async () => {
    const reading = entriesOf(new Uint8Array(100), 'application/vnd.oci.image.layer.v1.tar+zstd');

    await expect(reading).rejects.toThrow(/zstd|frame|data/i);
  });

  it('of bytes that end too early are an error', async () => {
    const tar = zlib.gzipSync(await tarOf([[{ name: 'a', mtime }, 'x'.repeat(5000)]]));

    await expect(entriesOf(tar.subarray(0, 30), GZIP)).rejects.toThrow();
  });
});
