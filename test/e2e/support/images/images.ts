import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { Registry } from '../../../engine/registry/registry.ts';
import { zstdUnpacked } from './zstd.ts';

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Manifest {
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface History {
  readonly created?: string;
  readonly created_by?: string;
  readonly empty_layer?: boolean;
}

export interface Config {
  readonly created: string;
  readonly architecture: string;
  readonly config: {
    readonly Env?: readonly string[];
    readonly Labels?: Readonly<Record<string, string>>;
    readonly User?: string;
    readonly WorkingDir?: string;
  };
  readonly history: readonly History[];
  readonly rootfs: { readonly diff_ids: readonly string[] };
}

/** An image as it stands in the registry, read over plain HTTP with no code of ours. */
export interface StoredImage {
  readonly digest: string;
  readonly repository: string;
  readonly manifest: Manifest;
  readonly config: Config;
}

export interface LayerEntry {
  readonly path: string;
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  readonly link: string | undefined;
  readonly content: Buffer;
}

const MANIFESTS = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** `reference` as jobimg prints it; an index leads to its first image. */
export async function readImage(registry: Registry, reference: string): Promise<StoredImage> {
  const { repository, name } = split(registry, reference);
  const bytes = await get(registry, `/v2/${repository}/manifests/${name}`);
  const document = JSON.parse(bytes.toString()) as Manifest & { readonly manifests?: readonly Descriptor[] };
  const [first] = document.manifests ?? [];
  if (first !== undefined) return readImage(registry, `${registry.host}/${repository}@${first.digest}`);
  const config = await readBlob(registry, repository, document.config);
  return {
    digest: digestOf(bytes),
    repository,
    manifest: document,
    config: JSON.parse(config.toString()) as Config,
  };
}

/** An index as it stands in the registry. */
export interface StoredIndex {
  readonly digest: string;
  readonly text: string;
  readonly mediaType: string;
  readonly manifests: readonly (Descriptor & {
    readonly platform: { readonly os: string; readonly architecture: string };
  })[];
  readonly annotations: Readonly<Record<string, string>>;
}

export async function readIndex(registry: Registry, reference: string): Promise<StoredIndex> {
  const { repository, name } = split(registry, reference);
  const bytes = await get(registry, `/v2/${repository}/manifests/${name}`);
  return { digest: digestOf(bytes), text: bytes.toString(), ...JSON.parse(bytes.toString()) };
}

/** The tags of a repository; none where it does not exist. */
export async function readTags(registry: Registry, repository: string): Promise<readonly string[]> {
  const answer = await ask(registry, `/v2/${repository}/tags/list`);
  if (answer.status === 404) return [];
  const { tags } = (await answer.json()) as { readonly tags: readonly string[] | null };
  return [...(tags ?? [])].sort();
}

export async function readBlob(
  registry: Registry,
  repository: string,
  { digest }: Descriptor,
): Promise<Buffer> {
  return get(registry, `/v2/${repository}/blobs/${digest}`);
}

/** What is inside a layer, in its order. */
export async function readLayer(
  registry: Registry,
  repository: string,
  layer: Descriptor,
): Promise<readonly LayerEntry[]> {
  const packed = await readBlob(registry, repository, layer);
  const tar = layer.mediaType.endsWith('zstd') ? await zstdUnpacked(packed) : gunzipped(packed, layer);
  const entries: LayerEntry[] = [];
  for await (const entry of tar.pipe(extract())) {
    const { name, type, mode, uid, gid, mtime, linkname } = entry.header;
    const pieces: Buffer[] = [];
    for await (const piece of entry) pieces.push(piece as Buffer);
    entries.push({
      path: name.replace(/^\.?\/|\/$/g, ''),
      type: type ?? 'file',
      mode: mode ?? 0,
      uid: uid ?? 0,
      gid: gid ?? 0,
      mtime: (mtime?.getTime() ?? 0) / 1000,
      link: linkname ?? undefined,
      content: Buffer.concat(pieces),
    });
  }
  return entries;
}

function gunzipped(packed: Buffer, { mediaType }: Descriptor): Readable {
  const stream = Readable.from([packed]);
  return mediaType.endsWith('gzip') ? stream.pipe(createGunzip()) : stream;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** What the registry was asked since it started, from its own access log. */
export async function readRequests(registry: Registry): Promise<readonly Request[]> {
  const lines = (await readFile(registry.logFile, 'utf8')).split('\n');
  return lines.flatMap((line) => {
    const [, method, path, status] =
      /"(GET|HEAD|PUT|POST|PATCH|DELETE) (\S+) HTTP[^"]*" (\d{3})/.exec(line) ?? [];
    if (method === undefined || path === undefined) return [];
    return [{ method, path, status: Number(status) }];
  });
}

function split(registry: Registry, reference: string): { repository: string; name: string } {
  const path = reference.startsWith(`${registry.host}/`)
    ? reference.slice(registry.host.length + 1)
    : reference;
  const [, repository = path, name = 'latest'] = /^([^@:]+)[@:](.+)$/.exec(path) ?? [];
  return { repository, name };
}

async function get(registry: Registry, path: string): Promise<Buffer> {
  const url = `http://${registry.host}${path}`;
  const answer = await ask(registry, path);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`);
  return Buffer.from(await answer.arrayBuffer());
}

/** With the password, or with the token that the registry says to fetch for it. */
async function ask(registry: Registry, path: string, method = 'GET'): Promise<Response> {
  const url = `http://${registry.host}${path}`;
  const headers = { accept: MANIFESTS, ...basic(registry) };
  const answer = await fetch(url, { method, headers });
  const challenge = answer.headers.get('www-authenticate') ?? '';
  if (answer.status !== 401 || !challenge.startsWith('Bearer ')) return answer;
  const token = await fetchToken(registry, challenge);
  return fetch(url, { method, headers: { ...headers, authorization: `Bearer ${token}` } });
}

async function fetchToken(registry: Registry, challenge: string): Promise<string> {
  const said = new Map(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
  const url = new URL(said.get('realm') ?? '');
  for (const name of ['service', 'scope']) url.searchParams.set(name, said.get(name) ?? '');
  const answer = await fetch(url, { headers: basic(registry) });
  const { token } = (await answer.json()) as { readonly token: string };
  return token;
}

function basic({ username, password }: Registry): Record<string, string> {
  if (username === '') return {};
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Every tag of it is gone, if it was there; its blobs stay. */
export async function removeImage(registry: Registry, { repository, digest }: StoredImage): Promise<void> {
  const path = `/v2/${repository}/manifests/${digest}`;
  const answer = await ask(registry, path, 'DELETE');
  if (!answer.ok && answer.status !== 404)
    throw new Error(`DELETE ${path} answers ${answer.status}: ${await answer.text()}`);
}
