import { Gzip } from 'fflate';
import { ENCODER } from '../../plan/encoder.ts';
import { pieces } from './pieces.ts';

/**
 * Compresses with an encoder of our own: Node's gives other bytes from one version to the next. The same input
 * gives the same bytes, however it is cut when it comes; see `ENCODER`.
 */
export function* gzip(chunks: Iterable<Uint8Array>): Generator<Uint8Array> {
  const out: Uint8Array[] = [];
  const options = { level: ENCODER.level, mem: ENCODER.memory, mtime: 0 } as const;
  const encoder = new Gzip(options, (bytes) => out.push(bytes));
  for (const piece of pieces(chunks, ENCODER.piece)) {
    encoder.push(piece, piece.length < ENCODER.piece);
    yield* out.splice(0);
  }
}
