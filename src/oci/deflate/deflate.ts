import { BitWriter } from './bits.ts';
import { planBlock, writeBlock, writeStored } from './block.ts';
import { findTokens, newPlaces, newTokens, type Tokens } from './tokens.ts';

export interface DeflateOptions {
  /** Bytes of a block: at most 65,535. */
  readonly block: number;
  /** Blocks after which nothing that stood before is known any more. */
  readonly window: number;
}

/**
 * An encoder whose bytes are ours to keep: blocks come whole, and the same ones give the same bytes in every release
 * of Node. It is made for speed; what does not become smaller is stored.
 */
export class Deflate {
  readonly #options: DeflateOptions;
  readonly #window: Uint8Array;
  readonly #view: DataView<ArrayBuffer>;
  readonly #tokens: Tokens;
  readonly #places = newPlaces();
  readonly #out: BitWriter;
  #filled = 0;

  constructor(options: DeflateOptions) {
    this.#options = options;
    const window = new ArrayBuffer(options.block * options.window);
    this.#window = new Uint8Array(window);
    this.#view = new DataView(window);
    this.#tokens = newTokens(options.block);
    this.#out = new BitWriter(options.block + 64);
  }

  /**
   * @param bytes as many as a block has; fewer only at the end
   * @returns what stays until the next call
   */
  push(bytes: Uint8Array): Uint8Array {
    const start = this.#place(bytes);
    findTokens(this.#view, start, this.#filled, this.#places, this.#tokens);
    const block = planBlock(this.#tokens);
    if (block.size < 8 * bytes.length) writeBlock(this.#out, this.#tokens, block);
    else writeStored(this.#out, bytes, false);
    return this.#out.take();
  }

  end(): Uint8Array {
    writeStored(this.#out, new Uint8Array(), true);
    return this.#out.take();
  }

  #place(bytes: Uint8Array): number {
    if (this.#filled + bytes.length > this.#options.block * this.#options.window) {
      this.#filled = 0;
      this.#places.fill(-1);
    }
    const start = this.#filled;
    this.#window.set(bytes, start);
    this.#filled += bytes.length;
    return start;
  }
}
