import { createHash, hash } from 'node:crypto';
import { closeSync, fstatSync, readlinkSync, readSync } from 'node:fs';
import { posix } from 'node:path';
import { UserError } from '../../errors.ts';
import { tarEnd, tarHeader, tarPadding } from '../../oci/tar.ts';
import type { CodeLayer, FileEntry } from '../../plan/plan.ts';
import { isExecutable } from '../files/entry.ts';
import { hasCode, openFile, unreadable } from '../files/guard.ts';
import { sortByBytes } from '../files/order.ts';

/** Contents are read in pieces of this size. */
const PIECE = 262_144;
/** What pads an entry to its last block. */
const ZEROS = Buffer.alloc(512);

/** Something in an archive: a folder, one of our texts, or a file or link on disk. */
type Member =
  | { readonly path: string; readonly kind: 'folder'; readonly mode: number }
  | { readonly path: string; readonly kind: 'text'; readonly content: string }
  | { readonly path: string; readonly kind: 'entry'; readonly entry: FileEntry; readonly file: string };

export interface Extra {
  readonly path: string;
  readonly content: string;
}

/** Where an entry of a layer is on this machine. */
export type Locate = (layer: CodeLayer, entry: FileEntry) => string;

/**
 * The bytes of an archive, always the same for the same entries; a chunk stays only until the next one is asked for,
 * because all files are read into one buffer. Throws when a file is not what its entry says.
 */
export function* tarBytes(
  layers: readonly CodeLayer[],
  extra: readonly Extra[],
  locate: Locate,
): Generator<Uint8Array> {
  const buffer = Buffer.allocUnsafe(PIECE);
  for (const member of membersOf(layers, extra, locate)) yield* memberBytes(member, buffer);
  yield tarEnd();
}

/** Sorted by path, so that folders stand before what is in them; each folder once. */
function membersOf(layers: readonly CodeLayer[], extra: readonly Extra[], locate: Locate): readonly Member[] {
  const members = new Map<string, Member>();
  for (const layer of layers) {
    for (const member of layerMembers(layer, locate)) add(members, member);
  }
  for (const { path, content } of extra) add(members, { path, kind: 'text', content });
  return sortByBytes([...members.values()], (member) => member.path);
}

function add(members: Map<string, Member>, member: Member): void {
  const other = members.get(member.path);
  if (other !== undefined && (other.kind !== 'folder' || member.kind !== 'folder')) {
    throw new Error(`two entries of an archive are called ${JSON.stringify(member.path)}`);
  }
  // The work directory of one layer can stand above that of another: it stays writable.
  if (other?.kind === 'folder' && member.kind === 'folder' && other.mode > member.mode) return;
  members.set(member.path, member);
}

function* layerMembers(layer: CodeLayer, locate: Locate): Generator<Member> {
  const folder = posix.normalize(layer.folder).replace(/^\/+|\/+$/g, '');
  if (folder !== '') yield* workFolders(folder);
  const start = folder === '' ? '' : `${folder}/`;
  let last: string | undefined;
  for (const entry of layer.entries) {
    const own = entry.path.slice(0, entry.path.lastIndexOf('/') + 1);
    // Most files stand beside the one before them.
    if (own !== last) yield* codeFolders(start, own);
    last = own;
    yield { path: start + entry.path, kind: 'entry', entry, file: locate(layer, entry) };
  }
}

function* codeFolders(start: string, path: string): Generator<Member> {
  for (const above of foldersAbove(path)) yield { path: start + above, kind: 'folder', mode: 0o777 };
}

function* workFolders(folder: string): Generator<Member> {
  for (const above of foldersAbove(folder)) yield { path: above, kind: 'folder', mode: modeAbove(above) };
  yield { path: folder, kind: 'folder', mode: 0o777 };
}

function* foldersAbove(path: string): Generator<string> {
  for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) yield path.slice(0, end);
}

/**
 * Folders above the work directory: some engines make a missing one unreadable, so each has its entry. It replaces
 * what the image has, hence the modes of the few that are not 0755 in every image.
 */
function modeAbove(path: string): number {
  return MODES_ABOVE.get(path) ?? 0o755;
}

const MODES_ABOVE: ReadonlyMap<string, number> = new Map([
  ['tmp', 0o1777],
  ['var/tmp', 0o1777],
  ['home/job', 0o777],
]);

function* memberBytes(member: Member, buffer: Buffer): Generator<Uint8Array> {
  if (member.kind === 'folder') yield tarHeader({ ...member, size: 0 });
  else if (member.kind === 'text') yield* textBytes(member.path, member.content);
  else if (member.entry.kind === 'link') yield linkBytes(member.path, member.entry, member.file);
  else yield* fileBytes(member.path, member.entry, { file: member.file, buffer });
}

function* textBytes(path: string, content: string): Generator<Uint8Array> {
  const bytes = Buffer.from(content);
  yield tarHeader({ path, kind: 'file', mode: 0o666, size: bytes.length });
  yield Buffer.concat([bytes, ZEROS.subarray(0, tarPadding(bytes.length))]);
}

function linkBytes(path: string, entry: FileEntry, file: string): Uint8Array {
  if (targetOf(file) !== entry.content) throw changed(entry);
  return tarHeader({ path, kind: 'link', mode: 0o777, size: 0, target: entry.content });
}

function targetOf(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EINVAL', 'ENOTDIR')) return undefined;
    throw error;
  }
}

interface Reading {
  readonly file: string;
  readonly buffer: Buffer;
}

function* fileBytes(path: string, entry: FileEntry, { file, buffer }: Reading): Generator<Uint8Array> {
  const descriptor = open(file, entry);
  try {
    yield tarHeader({ path, kind: 'file', mode: entry.executable ? 0o777 : 0o666, size: entry.size });
    if (entry.size <= buffer.length) yield smallContents(descriptor, entry, buffer);
    else yield* contents(descriptor, entry, buffer);
    yield ZEROS.subarray(0, tarPadding(entry.size));
  } finally {
    closeSync(descriptor);
  }
}

/** Opened only as what the entry says it is. */
function open(file: string, entry: FileEntry): number {
  try {
    const descriptor = openFile(file);
    const stats = fstatSync(descriptor);
    if (stats.isFile() && stats.size === entry.size && isExecutable(stats) === entry.executable)
      return descriptor;
    closeSync(descriptor);
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ELOOP', 'ENOTDIR')) throw unreadable(entry.path, error);
  }
  throw changed(entry);
}

/** Most files: read and hashed at once. */
function smallContents(descriptor: number, entry: FileEntry, buffer: Buffer): Uint8Array {
  let filled = 0;
  while (filled < entry.size) {
    const count = readSync(descriptor, buffer, filled, entry.size - filled, null);
    if (count === 0) break;
    filled += count;
  }
  const bytes = buffer.subarray(0, filled);
  // What was shorter has another hash as well.
  if (hash('sha256', bytes, 'hex') !== entry.content) throw changed(entry);
  return bytes;
}

function* contents(descriptor: number, entry: FileEntry, buffer: Buffer): Generator<Uint8Array> {
  const sum = createHash('sha256');
  for (let left = entry.size; left > 0; ) {
    const count = readSync(descriptor, buffer, 0, Math.min(left, buffer.length), null);
    if (count === 0) break;
    const piece = buffer.subarray(0, count);
    sum.update(piece);
    left -= count;
    yield piece;
  }
  if (sum.digest('hex') !== entry.content) throw changed(entry);
}

function changed(entry: FileEntry): UserError {
  return new UserError(`${JSON.stringify(entry.path)} changed while building`, {
    code: 'changed-while-building',
    hint: 'start again when nothing writes into the repository',
  });
}
