import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { Registry } from '../../../engine/registry/registry.ts';
import { type Descriptor, type LayerEntry, type Manifest, readLayer, type StoredImage } from './images.ts';

export interface Tampering {
  readonly registry: Registry;
  readonly image: StoredImage;
  /** What it stands under, and goes on standing under. */
  readonly tag: string;
  readonly change: (entries: readonly LayerEntry[]) => readonly LayerEntry[];
  /** As zlib has it. */
  readonly level?: number;
}

/** The image again with another last layer, put under the same tag with the same annotations, with no code of ours. */
export async function pushTampered({ registry, image, tag, change, level = 6 }: Tampering): Promise<void> {
  const { repository, manifest, config } = image;
  const last = manifest.layers.at(-1);
  if (last === undefined) throw new Error('an image without layers');
  const tar = await tarOf(change(await readLayer(registry, repository, last)));
  const layer = await putBlob(registry, repository, gzipSync(tar, { level }), last.mediaType);
  const diffIds = [...config.rootfs.diff_ids.slice(0, -1), digestOf(tar)];
  const changed = { ...config, rootfs: { ...config.rootfs, diff_ids: diffIds } };
  const bytes = Buffer.from(JSON.stringify(changed));
  const described = await putBlob(registry, repository, bytes, manifest.config.mediaType);
  const layers = [...manifest.layers.slice(0, -1), layer];
  await putManifest({ registry, repository, tag }, { ...manifest, config: described, layers });
}

/** The same layers, the last one packed anew; its contents and so the config stay what they are. */
export async function pushRepacked(
  registry: Registry,
  { repository, manifest }: StoredImage,
  tag: string,
  packed: Buffer,
): Promise<void> {
  const last = manifest.layers.at(-1);
  if (last === undefined) throw new Error('an image without layers');
  const layer = await putBlob(registry, repository, packed, last.mediaType);
  const layers = [...manifest.layers.slice(0, -1), layer];
  await putManifest({ registry, repository, tag }, { ...manifest, layers });
}

async function tarOf(entries: readonly LayerEntry[]): Promise<Buffer> {
  const tar = pack();
  for (const { path, type, mode, uid, gid, mtime, link, content } of entries) {
    const name = type === 'directory' ? `${path}/` : path;
    const header = {
      name,
      mode,
      uid,
      gid,
      mtime: new Date(mtime * 1000),
      ...(link === undefined ? {} : { linkname: link }),
    };
    tar.entry({ ...header, type: type as 'file', size: content.length }, content);
  }
  tar.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of tar) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

async function putBlob(
  registry: Registry,
  repository: string,
  bytes: Buffer,
  mediaType: string,
): Promise<Descriptor> {
  const digest = digestOf(bytes);
  const started = await send(registry, 'POST', `http://${registry.host}/v2/${repository}/blobs/uploads/`);
  const url = new URL(started.headers.get('location') ?? '', `http://${registry.host}`);
  url.searchParams.set('digest', digest);
  await send(registry, 'PUT', url.href, bytes, 'application/octet-stream');
  return { mediaType, digest, size: bytes.length };
}

async function putManifest(
  { registry, repository, tag }: { registry: Registry; repository: string; tag: string },
  manifest: Manifest,
): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(manifest));
  const url = `http://${registry.host}/v2/${repository}/manifests/${tag}`;
  await send(registry, 'PUT', url, bytes, manifest.mediaType);
}

async function send(
  { username, password }: Registry,
  method: string,
  url: string,
  body?: Buffer,
  type = 'application/octet-stream',
): Promise<Response> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const sent = body === undefined ? {} : { body: new Uint8Array(body) };
  const answer = await fetch(url, { method, headers: { authorization, 'content-type': type }, ...sent });
  if (!answer.ok) throw new Error(`${method} ${url} answers ${answer.status}: ${await answer.text()}`);
  return answer;
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
