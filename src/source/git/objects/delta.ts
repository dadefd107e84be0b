import { Bytes } from '../bytes.ts';
import { BadObject } from './object.ts';

/**
 * An object as what changes in another one: sizes of both, then pieces that are copied or given.
 * https://git-scm.com/docs/pack-format#_deltified_representation
 */
export function applyDelta(base: Buffer, delta: Buffer, maximum: number): Buffer {
  const bytes = new Bytes(delta);
  if (readSize(bytes) !== base.length) throw new BadObject('is a delta to another object');
  const size = readSize(bytes);
  if (size > maximum) throw new BadObject(`is larger than ${maximum} bytes`);
  const result = Buffer.alloc(size);
  let at = 0;
  while (bytes.left > 0) {
    const piece = readPiece(bytes, base);
    if (piece.length > size - at) throw new BadObject('is longer than its delta says');
    at += piece.copy(result, at);
  }
  if (at !== size) throw new BadObject('is shorter than its delta says');
  return result;
}

/** Seven bits a byte, the lowest first. */
function readSize(bytes: Bytes): number {
  let size = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = readByte(bytes);
    size += (byte & 0x7f) * factor;
    if (!Number.isSafeInteger(size)) throw new BadObject('has a size that is too large');
    if (byte < 0x80) return size;
  }
}

const MOST_COPIED = 0x10000;

function readPiece(bytes: Bytes, base: Buffer): Buffer {
  const instruction = readByte(bytes);
  if (instruction === 0) throw new BadObject('has a delta with an instruction that is not known');
  if (instruction < 0x80) return bytes.take(instruction);
  const start = readNumber(bytes, instruction, 4);
  const length = readNumber(bytes, instruction >> 4, 3) || MOST_COPIED;
  if (start + length > base.length) throw new BadObject('copies more than there is');
  return base.subarray(start, start + length);
}

/** Only the bytes that are not zero are written; a bit for each says which. */
function readNumber(bytes: Bytes, present: number, count: number): number {
  let value = 0;
  for (let place = 0; place < count; place += 1) {
    if ((present & (1 << place)) !== 0) value += readByte(bytes) * 256 ** place;
  }
  return value;
}

function readByte(bytes: Bytes): number {
  return bytes.take(1).readUInt8();
}
