import { createHash } from 'node:crypto';
import { PassThrough, Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { UserError } from '../errors.ts';
import type { LayerEntry, LayerFile } from '../verify/entry.ts';
import { createUnzstd } from './zstd.ts';

const MOST_ENTRIES = 2_000_000;

type Entry = AsyncIterable<Uint8Array> & { readonly header: Header };

/** Every entry of a layer in its order, contents as their hash. */
export async function* readLayerEntries(
  bytes: AsyncIterable<Uint8Array>,
  mediaType: string,
): AsyncGenerator<LayerEntry> {
  for await (const entry of entriesIn(bytes, mediaType)) yield entryOf(entry.header, await sumOf(entry));
}

/** The names of a layer in their order, and of wanted files so much of the beginning as `wanted` says. */
export async function* readLayerFiles(
  bytes: AsyncIterable<Uint8Array>,
  mediaType: string,
  wanted: (path: string) => number,
): AsyncGenerator<LayerFile> {
  for await (const entry of entriesIn(bytes, mediaType)) {
    const path = pathOf(entry.header.name);
    const { type, linkname } = entry.header;
    const limit = type === 'file' ? wanted(path) : 0;
    // What is not wanted is read as well: the next entry follows it.
    const beginning = await beginningOf(entry, limit);
    const content = limit === 0 ? undefined : beginning;
    yield { path, type: type ?? 'file', link: linkname ?? undefined, content };
  }
}

async function beginningOf(entry: Entry, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of entry) {
    if (size < limit) chunks.push(chunk.subarray(0, limit - size));
    size += chunk.length;
  }
  return Buffer.concat(chunks);
}

async function* entriesIn(bytes: AsyncIterable<Uint8Array>, mediaType: string): AsyncGenerator<Entry> {
  const entries = extract();
  const fed = pipeline(Readable.from(bytes, { objectMode: false }), unpacker(mediaType), entries);
  // Awaited below; until then it is no unhandled rejection.
  fed.catch(() => undefined);
  let count = 0;
  for await (const entry of entries as AsyncIterable<unknown> as AsyncIterable<Entry>) {
    count += 1;
    if (count > MOST_ENTRIES) throw new UserError(`a layer has more than ${MOST_ENTRIES} entries`);
    yield entry;
  }
  await fed;
}

function unpacker(mediaType: string): Transform {
  if (/(?:\+|\.)gzip$/.test(mediaType)) return createGunzip();
  return mediaType.endsWith('+zstd') ? createUnzstd() : new PassThrough();
}

async function sumOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of bytes) hash.update(chunk);
  return hash.digest('hex');
}

function entryOf(header: Header, content: string): LayerEntry {
  const { name, type, mode = 0, uid = 0, gid = 0, size = 0, mtime, linkname } = header;
  return {
    path: pathOf(name),
    type: type ?? 'file',
    mode,
    uid,
    gid,
    size,
    mtime: (mtime?.getTime() ?? 0) / 1000,
    link: linkname ?? undefined,
    device: header.devmajor || header.devminor ? `${header.devmajor}:${header.devminor}` : undefined,
    records: recordsOf(header),
    content,
  };
}

function pathOf(name: string): string {
  return `/${name.replace(/^\.?\/+|\/+$/g, '')}`;
}

/** Path and link are known from the entry itself. */
function recordsOf({ pax }: Header): LayerEntry['records'] {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(pax ?? {});
  const others = entries.filter(([name]) => !['path', 'linkpath', 'size'].includes(name));
  return new Map(
    others.map(([name, value]) => [name, String(value)] as const).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
