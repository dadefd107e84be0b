/** Thrown for an index that cannot be read; the message goes on after its name. */
export class BadIndex extends Error {
  override readonly name = 'BadIndex';
}

/** Bytes that are read from their beginning to their end, and never beyond. */
export class Bytes {
  readonly #content: Buffer;
  #at = 0;

  constructor(content: Buffer) {
    this.#content = content;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.#content.length - this.#at;
  }

  take(count: number): Buffer {
    if (count > this.left) throw new BadIndex('ends too early');
    const start = this.#at;
    this.#at += count;
    return this.#content.subarray(start, this.#at);
  }

  skip(count: number): void {
    this.take(count);
  }

  uint16(): number {
    return this.take(2).readUInt16BE();
  }

  uint32(): number {
    return this.take(4).readUInt32BE();
  }

  uint64(): bigint {
    return this.take(8).readBigUInt64BE();
  }

  /** What stands before the next NUL, which is not taken. */
  untilNul(): Buffer {
    const end = this.#content.indexOf(0, this.#at);
    if (end < 0) throw new BadIndex('ends too early');
    return this.take(end - this.#at);
  }

  /** A number as packs write offsets: seven bits a byte, and one more for each byte that follows. */
  offset(): number {
    let byte = this.#byte();
    let value = byte & 0x7f;
    while ((byte & 0x80) !== 0) {
      byte = this.#byte();
      value = (value + 1) * 128 + (byte & 0x7f);
      if (value > this.#content.length) throw new BadIndex('has a number that is too large');
    }
    return value;
  }

  #byte(): number {
    return this.take(1).readUInt8();
  }
}
