import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
  /** Of what is small. */
  readonly text: string;
}

const END = 0x06054b50;
const END_64 = 0x06064b50;
const ENTRY = 0x02014b50;
const PIECE = 8 * 1024 ** 2;

/** The files of a zip that lies in pieces, each read and compared with its size and CRC: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
export function readZip(pieces: readonly Buffer[]): readonly ZipEntry[] {
  const read = readerOf(pieces);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const { count, at } = directoryOf(read, length);
  const entries: ZipEntry[] = [];
  let place = at;
  for (let index = 0; index < count; index += 1) {
    const head = read(place, 46);
    if (head.readUInt32LE(0) !== ENTRY) throw new Error(`no entry at ${place}`);
    const [nameLength, extraLength, noteLength] = [28, 30, 32].map((offset) => head.readUInt16LE(offset)) as [
      number,
      number,
      number,
    ];
    const path = read(place + 46, nameLength).toString();
    const extra = read(place + 46 + nameLength, extraLength);
    entries.push(entryOf(read, path, head, extra));
    place += 46 + nameLength + extraLength + noteLength;
  }
  return entries;
}

type Read = (at: number, length: number) => Buffer;

function readerOf(pieces: readonly Buffer[]): Read {
  const starts: number[] = [];
  let end = 0;
  for (const piece of pieces) {
    starts.push(end);
    end += piece.length;
  }
  return (at, length) => {
    let index = starts.findLastIndex((start) => start <= at);
    const parts: Buffer[] = [];
    for (let place = at; place < at + length; index += 1) {
      const piece = pieces[index];
      const start = starts[index];
      if (piece === undefined || start === undefined) throw new Error(`the zip ends before ${at + length}`);
      const part = piece.subarray(place - start, Math.min(piece.length, at + length - start));
      parts.push(part);
      place += part.length;
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  };
}

function directoryOf(read: Read, length: number): { readonly count: number; readonly at: number } {
  const end = read(length - 22, 22);
  if (end.readUInt32LE(0) !== END) throw new Error('the zip has no end');
  const [count, at] = [end.readUInt16LE(10), end.readUInt32LE(16)];
  if (count !== 0xffff && at !== 0xffffffff) return { count, at };
  const place = Number(read(length - 22 - 20, 20).readBigUInt64LE(8));
  const large = read(place, 56);
  if (large.readUInt32LE(0) !== END_64) throw new Error('the zip has no large end');
  return { count: Number(large.readBigUInt64LE(32)), at: Number(large.readBigUInt64LE(48)) };
}

function entryOf(read: Read, path: string, head: Buffer, extra: Buffer): ZipEntry {
  const method = head.readUInt16LE(10);
  const { size, packed, at } = placeOf(head, extra);
  const local = read(at, 30);
  const start = at + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
  const hash = createHash('sha256');
  const contents = method === 0 ? stored(read, start, packed) : [inflateRawSync(read(start, packed))];
  let [found, text] = [0, ''];
  for (const content of contents) {
    hash.update(content);
    found += content.length;
    if (size < 10_000) text += content.toString();
  }
  if (found !== size) throw new Error(`"${path}" has ${found} bytes, not ${size}`);
  return { path, size, sha256: hash.digest('hex'), text };
}

/** What does not fit into 32 bits stands in an extra field, in this order. */
function placeOf(head: Buffer, extra: Buffer): { size: number; packed: number; at: number } {
  const large = extraField(extra, 1);
  let next = 0;
  const wide = (value: number): number => {
    if (value !== 0xffffffff) return value;
    next += 8;
    return Number(large.readBigUInt64LE(next - 8));
  };
  const size = wide(head.readUInt32LE(24));
  const packed = wide(head.readUInt32LE(20));
  return { size, packed, at: wide(head.readUInt32LE(42)) };
}

function extraField(extra: Buffer, id: number): Buffer {
  for (let at = 0; at < extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  return Buffer.alloc(0);
}

function* stored(read: Read, start: number, length: number): Generator<Buffer> {
  for (let at = 0; at < length; at += PIECE) yield read(start + at, Math.min(PIECE, length - at));
}
