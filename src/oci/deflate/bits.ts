/** Bits into bytes, the lowest first. */
export class BitWriter {
  readonly #bytes: Uint8Array;
  #length = 0;
  #bits = 0;
  #count = 0;

  /** @param most bytes between two calls of `take` */
  constructor(most: number) {
    this.#bytes = new Uint8Array(most);
  }

  /** At most 16 bits; `value` has no others. */
  write(value: number, count: number): void {
    this.#bits |= value << this.#count;
    this.#count += count;
    if (this.#count < 16) return;
    this.#bytes[this.#length] = this.#bits & 0xff;
    this.#bytes[this.#length + 1] = (this.#bits >>> 8) & 0xff;
    this.#length += 2;
    this.#bits >>>= 16;
    this.#count -= 16;
  }

  /** Up to the next whole byte. */
  align(): void {
    while (this.#count > 0) {
      this.#bytes[this.#length] = this.#bits & 0xff;
      this.#length += 1;
      this.#bits >>>= 8;
      this.#count = Math.max(0, this.#count - 8);
    }
  }

  /** After `align`. */
  bytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** The whole bytes that were written since the last call; the next ones are written over them. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    return taken;
  }
}
