import zlib from 'node:zlib';
import { tableCrc32 } from '../../oci/deflate/crc32.ts';
import { Deflate } from '../../oci/deflate/deflate.ts';
import { CUT_ENCODER } from '../../plan/encoder.ts';
import { pieces, type See } from './pieces.ts';

/** https://www.rfc-editor.org/rfc/rfc1952#section-2.3: no name, no time, no operating system. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);

const crc32: (bytes: Uint8Array, before: number) => number = zlib.crc32 ?? tableCrc32;

/**
 * Compresses the layers of code that is cut; the same input gives the same bytes, however it is cut when it comes.
 * @param see is shown each piece of the input, which is one of thousands of chunks
 */
export function* cutGzip(chunks: Iterable<Uint8Array>, see: See = () => undefined): Generator<Uint8Array> {
  const encoder = new Deflate(CUT_ENCODER);
  let sum = 0;
  let size = 0;
  yield HEADER;
  for (const piece of pieces(chunks, CUT_ENCODER.block)) {
    if (piece.length === 0) continue;
    see(piece);
    sum = crc32(piece, sum);
    size += piece.length;
    yield encoder.push(piece);
  }
  yield encoder.end();
  yield trailer(sum, size);
}

function trailer(sum: number, size: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(sum, 0);
  bytes.writeUInt32LE(size % 2 ** 32, 4);
  return bytes;
}
