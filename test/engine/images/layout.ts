// Writes one tar as an OCI image layout: layer, config, manifest and, because
// official images are one, an image index around it.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** As OCI names it. */
export function architecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface ImageFacts {
  /** `Env`, `Cmd`, … */
  readonly config: Record<string, unknown>;
  readonly created: string;
  readonly madeBy: string;
  /** Architectures that the same files are also labelled with. */
  readonly others: readonly string[];
}

/** Into an empty folder; the digest of the image index. */
export async function writeLayout(
  tar: string,
  dir: string,
  { config, created, madeBy, others }: ImageFacts,
): Promise<string> {
  mkdirSync(join(dir, 'blobs/sha256'), { recursive: true });
  const { layer, diffId } = await writeLayer(tar, dir);
  const image = { created, config, rootfs: { type: 'layers', diff_ids: [diffId] } };
  const history = [{ created, created_by: madeBy }];
  const manifests = [architecture(), ...others].map((name) => {
    const platform = { architecture: name, os: 'linux' };
    const configBlob = writeJson(dir, CONFIG, { ...platform, ...image, history });
    const parts = { config: configBlob, layers: [layer] };
    return {
      ...writeJson(dir, MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, ...parts }),
      platform,
    };
  });
  const index = writeJson(dir, INDEX, { schemaVersion: 2, mediaType: INDEX, manifests });
  writeFileSync(
    join(dir, 'index.json'),
    JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [index] }),
  );
  writeFileSync(join(dir, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return index.digest;
}

async function writeLayer(
  tar: string,
  dir: string,
): Promise<{ readonly layer: Descriptor; readonly diffId: string }> {
  const temporary = join(dir, 'layer.tmp');
  const plain = createHash('sha256');
  const packed = createHash('sha256');
  await pipeline(
    createReadStream(tar),
    tapped(plain),
    createGzip({ level: 6 }),
    tapped(packed),
    createWriteStream(temporary),
  );
  const digest = `sha256:${packed.digest('hex')}`;
  renameSync(temporary, blobFile(dir, digest));
  const { size } = statSync(blobFile(dir, digest));
  return { layer: { mediaType: LAYER, digest, size }, diffId: `sha256:${plain.digest('hex')}` };
}

function tapped(hash: Hash): PassThrough {
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => hash.update(chunk));
  return stream;
}

function writeJson(dir: string, mediaType: string, value: unknown): Descriptor {
  const bytes = Buffer.from(JSON.stringify(value));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  writeFileSync(blobFile(dir, digest), bytes);
  return { mediaType, digest, size: bytes.length };
}

function blobFile(dir: string, digest: string): string {
  return join(dir, 'blobs', digest.replace(':', '/'));
}
