import { createHash } from 'node:crypto';
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
 * The bytes of an archive, always the same for the same entries; a chunk stays only until the next one is asked for.
 * Throws when a file is not what its entry says.
 */
export function* tarBytes(
  layers: readonly CodeLayer[],
  extra: readonly Extra[],
  locate: Locate,
): Generator<Uint8Array> {
  for (const member of membersOf(layers, extra, locate)) yield* memberBytes(member);
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
  for (const entry of layer.entries) {
    const path = folder === '' ? entry.path : `${folder}/${entry.path}`;
    for (const above of foldersAbove(entry.path)) {
      yield { path: folder === '' ? above : `${folder}/${above}`, kind: 'folder', mode: 0o777 };
    }
    yield { path, kind: 'entry', entry, file: locate(layer, entry) };
  }
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

function* memberBytes(member: Member): Generator<Uint8Array> {
  if (member.kind === 'folder') yield tarHeader({ ...member, size: 0 });
  else if (member.kind === 'text') yield* textBytes(member.path, member.content);
  else if (member.entry.kind === 'link') yield linkBytes(member.path, member.entry, member.file);
  else yield* fileBytes(member.path, member.entry, member.file);
}

function* textBytes(path: string, content: string): Generator<Uint8Array> {
  const bytes = Buffer.from(content);
  yield tarHeader({ path, kind: 'file', mode: 0o666, size: bytes.length });
  yield Buffer.concat([bytes, Buffer.alloc(tarPadding(bytes.length))]);
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

function* fileBytes(path: string, entry: FileEntry, file: string): Generator<Uint8Array> {
  const descriptor = open(file, entry);
  try {
    yield tarHeader({ path, kind: 'file', mode: entry.executable ? 0o777 : 0o666, size: entry.size });
    yield* contents(descriptor, entry);
    yield Buffer.alloc(tarPadding(entry.size));
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

/** Each piece is written over by the next one: who needs it for longer copies it. */
function* contents(descriptor: number, entry: FileEntry): Generator<Uint8Array> {
  const sum = createHash('sha256');
  const piece = Buffer.allocUnsafe(Math.min(entry.size, PIECE));
  for (let left = entry.size; left > 0; ) {
    const count = readSync(descriptor, piece, 0, Math.min(left, piece.length), null);
    if (count === 0) break;
    sum.update(piece.subarray(0, count));
    left -= count;
    yield piece.subarray(0, count);
  }
  // What was shorter has another hash as well.
  if (sum.digest('hex') !== entry.content) throw changed(entry);
}

function changed(entry: FileEntry): UserError {
  return new UserError(`${JSON.stringify(entry.path)} changed while building`, {
    code: 'changed-while-building',
    hint: 'start again when nothing writes into the repository',
  });
}
