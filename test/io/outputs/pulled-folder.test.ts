import { existsSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pack } from 'tar-stream';
import { outputsArtifact, TAR_LAYER } from '../../../src/evidence/outputs/outputs-artifact.ts';
import { type OutputsPart, outputsParts } from '../../../src/evidence/outputs/outputs-parts.ts';
import { pullFolder } from '../../../src/io/outputs/pulled-folder.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { artifactBytes } from '../../../src/oci/referrer.ts';
import type { Blob, Descriptor, Digest, Manifest } from '../../../src/oci/types.ts';

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'jobimg-pull-'));
  folder = join(parent, 'results');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const blobs = new Map<Digest, () => AsyncIterable<Uint8Array>>();
const open = async ({ digest }: Descriptor): Promise<AsyncIterable<Uint8Array>> => {
  const found = blobs.get(digest);
  if (found === undefined) throw new Error(`no blob ${digest}`);
  return found();
};
const pull = (parts: readonly OutputsPart[]) => pullFolder(folder, parts, { open });

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function blobOf(bytes: Buffer, mediaType = 'application/octet-stream'): Descriptor {
  const digest = sha256(bytes);
  blobs.set(digest, () => once(bytes));
  return { mediaType, digest, size: bytes.length };
}

function fileOf(path: string, text: string): OutputsPart {
  return { file: { path, executable: false }, blob: blobOf(Buffer.from(text)) };
}

interface Entry {
  readonly name: string;
  readonly type?: 'file' | 'symlink' | 'link' | 'character-device' | 'fifo' | 'directory';
  readonly linkname?: string;
}

async function tarOf(...entries: readonly Entry[]): Promise<OutputsPart> {
  const tar = pack();
  for (const entry of entries) tar.entry(entry, '');
  tar.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of tar) pieces.push(piece as Uint8Array);
  return { blob: blobOf(Buffer.concat(pieces), TAR_LAYER) };
}

describe('pullFolder', () => {
  it('brings back what was pushed, byte for byte', async () => {
    const contents: Readonly<Record<string, string>> = {
      'outputs/run.sh': 'echo',
      'outputs/a/empty': '',
      [`outputs/${'long '.repeat(40)}Ω`]: '',
      ...Object.fromEntries(
        Array.from({ length: 150 }, (_, index) => [`outputs/${index}.txt`, `text ${index}`]),
      ),
    };
    const files = Object.entries(contents).map(([path, text]) => ({
      path,
      size: Buffer.byteLength(text),
      executable: path.endsWith('.sh'),
    }));
    const read = (path: string) => once(Buffer.from(contents[path] ?? ''));
    const artifact = await outputsArtifact({ id: 'train-1', job: 'train' }, files, { read, hashed: [] });
    for (const { digest, open: bytes } of artifact.layers as readonly Blob[]) blobs.set(digest, bytes);
    const subject = { mediaType: 'm', digest: sha256('image'), size: 1 };
    const manifest: Manifest = JSON.parse(Buffer.from(artifactBytes(subject, artifact).manifest).toString());

    const pulled = await pull(outputsParts('x', manifest));

    expect(pulled.files).toBe(files.length);
    for (const [path, text] of Object.entries(contents))
      expect(readFileSync(join(folder, path), 'utf8')).toBe(text);
    expect(statSync(join(folder, 'outputs/run.sh')).mode & 0o100).toBe(0o100);
    expect(readdirSync(parent)).toEqual(['results']);
  });

  it.each(['../escape', '/etc/escape', 'a/../../escape', '..', '', '.', 'a\0b'])(
    'refuses the path %j, and leaves nothing',
    async (path) => {
      const pulling = pull([fileOf('outputs/fine', 'x'), fileOf(path, 'y')]);

      await expect(pulling).rejects.toThrow('which is no file inside of it');
      expect(readdirSync(parent)).toEqual([]);
    },
  );

  it.each<Entry>([
    { name: '../escape' },
    { name: '/escape' },
    { name: 'link', type: 'symlink', linkname: '/etc/passwd' },
    { name: 'link', type: 'symlink', linkname: 'fine' },
    { name: 'hard', type: 'link', linkname: 'fine' },
    { name: 'device', type: 'character-device' },
    { name: 'pipe', type: 'fifo' },
  ])('refuses %j in a tar, and leaves nothing', async (entry) => {
    const pulling = pull([await tarOf({ name: 'fine' }, entry)]);

    await expect(pulling).rejects.toThrow('which is no file inside of it');
    expect(readdirSync(parent)).toEqual([]);
  });

  it('refuses a name that occurs twice', async () => {
    await expect(pull([fileOf('a', '1'), fileOf('a', '2')])).rejects.toThrow('a name that occurs twice');
    await expect(pull([fileOf('b', '1'), fileOf('b/c', '2')])).rejects.toThrow('a name that occurs twice');
    expect(readdirSync(parent)).toEqual([]);
  });

  it('leaves nothing when a layer breaks off', async () => {
    const broken = fileOf('outputs/model.pt', 'weights');
    blobs.set(broken.blob.digest, async function* () {
      yield Buffer.from('wei');
      throw new Error('the connection was lost');
    });

    await expect(pull([fileOf('outputs/fine', 'x'), broken])).rejects.toThrow('the connection was lost');
    expect(readdirSync(parent)).toEqual([]);
  });

  it('leaves nothing when a tar is cut', async () => {
    const { blob } = await tarOf({ name: 'a' }, { name: 'b' });
    const whole = blobs.get(blob.digest);
    blobs.set(blob.digest, async function* () {
      for await (const piece of whole?.() ?? []) yield piece.subarray(0, 700);
    });

    await expect(pull([{ blob }])).rejects.toThrow('nothing was pulled: the archive could not be read');
    expect(readdirSync(parent)).toEqual([]);
  });

  it('writes over nothing, be it a link', async () => {
    const target = join(parent, 'nowhere');
    symlinkSync(target, folder);

    await expect(pull([fileOf('a', '1')])).rejects.toThrow(`"${folder}" already exists`);
    expect(existsSync(target)).toBe(false);
  });

  it('begins nothing that the disk has no room for', async () => {
    const diskOf = async () => ({ folder: parent, free: 1_000, device: 1 });
    const part = fileOf('a', 'x'.repeat(2_000));

    await expect(pullFolder(folder, [part], { open, diskOf })).rejects.toThrow(
      'nothing was pulled: they take',
    );
    expect(readdirSync(parent)).toEqual([]);
  });
});
