import type { Stats } from 'node:fs';

export type FileState = Pick<Stats, 'ino' | 'size' | 'mtimeMs' | 'ctimeMs'>;

/** Number, size and both times of a file as doubles, then the SHA-256 of its contents. */
const NUMBERS = 32;
const RECORD = NUMBERS + 32;
const FIRST_ROOM = 1_024;

/** Records by the number of their file, in one buffer: 200,000 objects would be ten times as large. */
export class RecordTable {
  static readonly SIZE = RECORD;
  #bytes: Buffer;
  #count: number;
  /** Places of records, one more than they are; 0: none. Where one is taken, the next is used. */
  #slots: Int32Array;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#count = bytes.length / RECORD;
    this.#slots = this.#index();
  }

  get count(): number {
    return this.#count;
  }

  /** The hash in hex, where everything is as it was. */
  find(state: FileState): string | undefined {
    const at = ((this.#slots[this.#slotOf(state.ino)] ?? 0) - 1) * RECORD;
    if (at < 0) return undefined;
    const isSame =
      this.#bytes.readDoubleLE(at + 8) === state.size &&
      this.#bytes.readDoubleLE(at + 16) === state.mtimeMs &&
      this.#bytes.readDoubleLE(at + 24) === state.ctimeMs;
    return isSame ? this.#bytes.toString('hex', at + NUMBERS, at + RECORD) : undefined;
  }

  /** In place of what was known of the file. */
  put(state: FileState, hash: string): void {
    if ((this.#count + 1) * RECORD > this.#bytes.length) this.#grow();
    const slot = this.#slotOf(state.ino);
    if (this.#slots[slot] === 0) {
      this.#count += 1;
      this.#slots[slot] = this.#count;
    }
    const at = ((this.#slots[slot] ?? 1) - 1) * RECORD;
    this.#bytes.writeDoubleLE(state.ino, at);
    this.#bytes.writeDoubleLE(state.size, at + 8);
    this.#bytes.writeDoubleLE(state.mtimeMs, at + 16);
    this.#bytes.writeDoubleLE(state.ctimeMs, at + 24);
    this.#bytes.write(hash, at + NUMBERS, 'hex');
  }

  clear(): void {
    this.#count = 0;
    this.#slots.fill(0);
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#count * RECORD);
  }

  #grow(): void {
    const larger = Buffer.alloc(Math.max(FIRST_ROOM * RECORD, this.#bytes.length * 2));
    this.#bytes.copy(larger);
    this.#bytes = larger;
    this.#slots = this.#index();
  }

  /** At most half of the slots are used, so that a free one is near. */
  #index(): Int32Array {
    let size = 2 * FIRST_ROOM;
    while (size < (this.#bytes.length / RECORD) * 2) size *= 2;
    this.#slots = new Int32Array(size);
    for (let record = 0; record < this.#count; record += 1) {
      this.#slots[this.#slotOf(this.#bytes.readDoubleLE(record * RECORD))] = record + 1;
    }
    return this.#slots;
  }

  /** The slot of a file, or the free one that it would have. */
  #slotOf(ino: number): number {
    const mask = this.#slots.length - 1;
    let slot = Math.imul(ino % 2 ** 32, 0x9e37_79b1) >>> 8;
    for (slot &= mask; ; slot = (slot + 1) & mask) {
      const record = this.#slots[slot] ?? 0;
      if (record === 0 || this.#bytes.readDoubleLE((record - 1) * RECORD) === ino) return slot;
    }
  }
}
