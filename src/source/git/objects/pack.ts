import { readSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { withOpenFile } from '../../files/guard.ts';
import { Bytes } from '../bytes.ts';
import { applyDelta } from './delta.ts';
import { BadObject, type GitObject, type ObjectFormat, type ObjectType } from './object.ts';

/** https://git-scm.com/docs/pack-format#_object_types */
const TYPES: Readonly<Record<number, ObjectType>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
const OFFSET_DELTA = 6;
const ID_DELTA = 7;

/** Git itself makes no longer chains: https://git-scm.com/docs/git-pack-objects#Documentation/git-pack-objects.txt---depthltngt */
const MAX_CHAIN = 4_095;
const MAX_HEADER = 64;

export interface Pack {
  readonly file: string;
  readonly format: ObjectFormat;
  /** Bytes that an object may have. */
  readonly maximum: number;
  /** Where another object of the same pack stands. */
  offsetOf(id: string): number | undefined;
}

/** The object that stands at a place of a pack. What it is a delta to is in the same pack. */
export function readPacked(pack: Pack, offset: number): GitObject {
  return withOpenFile(pack.file, (descriptor) => {
    const deltas: Buffer[] = [];
    let entry = entryAt(pack, descriptor, offset);
    while ('base' in entry) {
      deltas.push(entry.content);
      if (deltas.length > MAX_CHAIN) throw new BadObject('has too long a chain of deltas');
      entry = entryAt(pack, descriptor, entry.base);
    }
    const { type, content } = entry;
    return {
      type,
      content: deltas.reduceRight((base, delta) => applyDelta(base, delta, pack.maximum), content),
    };
  });
}

type Entry = GitObject | { readonly base: number; readonly content: Buffer };

function entryAt(pack: Pack, descriptor: number, offset: number): Entry {
  const bytes = new Bytes(readAt(descriptor, offset, MAX_HEADER));
  const { type, size } = readHeader(bytes);
  if (size > pack.maximum) throw new BadObject(`is larger than ${pack.maximum} bytes`);
  const base = baseOf(pack, bytes, { type, offset });
  const content = inflateAt(descriptor, offset + bytes.at, size);
  if (base !== undefined) return { base, content };
  const whole = TYPES[type];
  if (whole === undefined) throw new BadObject(`is of the type ${type}, which is not known`);
  return { type: whole, content };
}

/** Three bits of type, and a size: four bits of it in the first byte, seven in each other one. */
function readHeader(bytes: Bytes): { readonly type: number; readonly size: number } {
  let byte = bytes.take(1).readUInt8();
  const type = (byte >> 4) & 7;
  let size = byte & 15;
  for (let factor = 16; byte >= 0x80; factor *= 128) {
    byte = bytes.take(1).readUInt8();
    size += (byte & 0x7f) * factor;
  }
  return { type, size };
}

interface ObjectEntry {
  readonly type: number;
  readonly offset: number;
}

function baseOf(pack: Pack, bytes: Bytes, { type, offset }: ObjectEntry): number | undefined {
  if (type !== OFFSET_DELTA && type !== ID_DELTA) return undefined;
  const base =
    type === OFFSET_DELTA
      ? offset - readDistance(bytes)
      : pack.offsetOf(bytes.take(pack.format.size).toString('hex'));
  if (base === undefined || base <= 0) throw new BadObject('is a delta to nothing');
  return base;
}

/** Seven bits a byte, the highest first, and one more for each byte that follows. */
function readDistance(bytes: Bytes): number {
  let byte = bytes.take(1).readUInt8();
  let distance = byte & 0x7f;
  while (byte >= 0x80) {
    byte = bytes.take(1).readUInt8();
    distance = (distance + 1) * 128 + (byte & 0x7f);
  }
  return distance;
}

/** How long the compressed bytes are stands nowhere; no encoder makes much more of them than there were. */
function inflateAt(descriptor: number, offset: number, size: number): Buffer {
  const compressed = readAt(descriptor, offset, size + Math.ceil(size / 8) + 1_024);
  const content = inflateSync(compressed, { maxOutputLength: size + 1 });
  if (content.length !== size) throw new BadObject('has a different size than its pack says');
  return content;
}

function readAt(descriptor: number, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(descriptor, buffer, 0, length, offset));
}
