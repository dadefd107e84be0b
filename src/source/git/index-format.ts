import { createHash } from 'node:crypto';
import { BadIndex, Bytes } from './bytes.ts';
import type { IndexEntry } from './index-entry.ts';
import { type Changes, readChanges } from './split-index.ts';

/**
 * Git's index, as far as it says which files are tracked. Its bytes are as foreign as any file of a checkout.
 * https://git-scm.com/docs/index-format
 */

export interface Index {
  readonly entries: readonly IndexEntry[];
  /** Of a split index: what the entries change in another file. */
  readonly changes?: Changes | undefined;
}

/** No file system has longer paths; it also bounds what the compressed names of a version 4 can grow to. */
const MAX_NAME = 4_096;
const MAX_NAMES = 268_435_456;

const ENTRY_FIXED = 40;
const MODE_AT = 24;
const EXTENDED = 0x4000;
const LONG_NAME = 0xfff;

export function parseIndex(content: Buffer): Index {
  const hashSize = hashSizeOf(content);
  const bytes = new Bytes(content.subarray(0, content.length - hashSize));
  if (bytes.take(4).toString('latin1') !== 'DIRC') throw new BadIndex('does not begin like one');
  const version = bytes.uint32();
  if (version < 2 || version > 4) throw new BadIndex(`has version ${version}; versions 2 to 4 are known`);

  const entries = readEntries(bytes, { count: bytes.uint32(), version, hashSize });
  return { entries, changes: readExtensions(bytes, hashSize) };
}

/** The repository's hash, by which the file ends; zeros where `index.skipHash` is set. */
function hashSizeOf(content: Buffer): number {
  for (const [algorithm, size] of [
    ['sha1', 20],
    ['sha256', 32],
  ] as const) {
    const end = content.length - size;
    if (end < 12) break;
    if (createHash(algorithm).update(content.subarray(0, end)).digest().equals(content.subarray(end))) {
      return size;
    }
  }
  const unhashed = [32, 20].find(
    (size) => content.length > size + 12 && content.subarray(-size).every((byte) => byte === 0),
  );
  if (unhashed !== undefined) return unhashed;
  throw new BadIndex('is incomplete: it does not end with its own hash');
}

interface Layout {
  readonly count: number;
  readonly version: number;
  readonly hashSize: number;
}

function readEntries(bytes: Bytes, layout: Layout): readonly IndexEntry[] {
  const entries: IndexEntry[] = [];
  let name: Buffer = Buffer.alloc(0);
  let total = 0;
  for (let left = layout.count; left > 0; left -= 1) {
    const start = bytes.at;
    const fixed = bytes.take(ENTRY_FIXED + layout.hashSize);
    const flags = bytes.uint16();
    if (layout.version > 2 && (flags & EXTENDED) !== 0) bytes.skip(2);
    name = layout.version === 4 ? compressedName(bytes, name) : paddedName(bytes, start, flags & LONG_NAME);
    total += name.length;
    if (name.length > MAX_NAME || total > MAX_NAMES) throw new BadIndex('has names that are too long');
    entries.push({ path: name.toString(), kind: kindOf(fixed.readUInt32BE(MODE_AT)) });
  }
  return entries;
}

/** The type of an object, as it stands above the permissions: a submodule, a folder of a sparse index, or a file. */
function kindOf(mode: number): IndexEntry['kind'] {
  const type = mode & 0o170_000;
  if (type === 0o160_000) return 'submodule';
  return type === 0o040_000 ? 'folder' : 'file';
}

/** Versions 2 and 3: at least one NUL, until the entry's length is a multiple of eight. */
function paddedName(bytes: Bytes, start: number, length: number): Buffer {
  const name = length < LONG_NAME ? bytes.take(length) : bytes.untilNul();
  const used = bytes.at - start;
  bytes.skip(8 - (used % 8));
  return name;
}

/** Version 4: how much of the end of the name before is replaced, and by what. */
function compressedName(bytes: Bytes, before: Buffer): Buffer {
  const kept = before.length - bytes.offset();
  if (kept < 0) throw new BadIndex('takes more off a name than it has');
  const rest = bytes.untilNul();
  bytes.skip(1);
  return Buffer.concat([before.subarray(0, kept), rest]);
}

/** What begins with a capital may be passed over; `sdir` says that entries may be folders, which is read above. */
function readExtensions(bytes: Bytes, hashSize: number): Changes | undefined {
  let changes: Changes | undefined;
  while (bytes.left > 0) {
    const signature = bytes.take(4).toString('latin1');
    const content = bytes.take(bytes.uint32());
    if (signature === 'link') changes = readChanges(new Bytes(content), hashSize);
    else if (!/^[A-Z]/.test(signature) && signature !== 'sdir') {
      throw new BadIndex(`has the extension ${JSON.stringify(signature)}, which is not known here`);
    }
  }
  return changes;
}
