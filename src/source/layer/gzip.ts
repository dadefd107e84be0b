import { Gzip } from 'fflate';
import { ENCODER } from '../../plan/encoder.ts';
import { pieces, type See } from './pieces.ts';

/**
 * Compresses with an encoder of our own: Node's gives other bytes from one version to the next. The same input
 * gives the same bytes, however it is cut when it comes; see `ENCODER`.
 * @param see is shown each piece of the input
 */
export function* gzip(chunks: Iterable<Uint8Array>, see: See = () => undefined): Generator<Uint8Array> {
  const out: Uint8Array[] = [];
  const options = { level: ENCODER.level, mem: ENCODER.memory, mtime: 0 } as const;
  const encoder = new Gzip(options, (bytes) => out.push(bytes));
  for (const piece of pieces(chunks, ENCODER.piece)) {
    see(piece);
    encoder.push(piece, piece.length < ENCODER.piece);
    yield* out.splice(0);
  }
}
