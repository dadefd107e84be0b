import { Transform, type TransformCallback } from 'node:stream';
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';

/** What Node's `zlib` has from 22.15 on. */
export interface NewerZlib {
  createZstdDecompress?: () => Transform;
}

/** Node's own is some ten times as fast as what does it on an older one. */
export function createUnzstd({ createZstdDecompress }: NewerZlib = zlib as NewerZlib): Transform {
  return createZstdDecompress?.() ?? new Unzstd();
}

class Unzstd extends Transform {
  readonly #decompress = new Decompress((chunk) => this.push(chunk));

  override _transform(chunk: Uint8Array, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#give(chunk, false, done);
  }

  override _flush(done: TransformCallback): void {
    this.#give(new Uint8Array(0), true, done);
  }

  #give(chunk: Uint8Array, isLast: boolean, done: TransformCallback): void {
    try {
      this.#decompress.push(chunk, isLast);
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    done();
  }
}
