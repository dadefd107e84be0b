import { createHash } from 'node:crypto';
import { lstatSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { keepNewest, readPrivate, writePrivate } from '../../io/fs/private-file.ts';
import { isSettled } from './file-system.ts';
import { RecordTable } from './record-table.ts';

export interface RememberedFile {
  readonly content: string;
  readonly stats: Stats;
}

/** Before the records: what the file is, the device that the files are on, and the hash of all records. */
const MARK = Buffer.from('jobimg hashes 1\n');
const HEADER = MARK.length + 8 + 32;

/** As many as a scan may have, and then some that another file set of the repository has. */
const MOST_RECORDS = 250_000;
/** Of 64 bytes for each file. */
const MOST_FOLDERS = 20;

/**
 * Hashes of files that did not change since they were read: same device, number, size and times. The time of the last
 * change of the inode is one that no program sets, so whatever writes to a file, replaces or renames it is seen.
 */
export class RememberedHashes {
  readonly #path: string;
  readonly #now: number;
  readonly #device: number;
  readonly #records: RecordTable;
  #isChanged = false;

  /** @param now in milliseconds, before anything is read */
  constructor(path: string, device: number, now: number) {
    this.#path = path;
    this.#now = now;
    this.#device = device;
    this.#records = new RecordTable(readRecords(path, device));
  }

  /** undefined: the file has to be read. */
  find(path: string): RememberedFile | undefined {
    if (this.#records.count === 0) return undefined;
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined || !stats.isFile() || !this.#isKnown(stats)) return undefined;
    const content = this.#records.find(stats);
    return content === undefined ? undefined : { content, stats };
  }

  /** @param stats from before the contents were read */
  keep(stats: Stats, content: string): void {
    if (!this.#isKnown(stats) || !isSettled(stats, this.#now)) return;
    if (this.#records.count >= MOST_RECORDS) this.#records.clear();
    this.#records.put(stats, content);
    this.#isChanged = true;
  }

  /** Of numbers beyond those that a number of JavaScript tells apart, several files have one. */
  #isKnown({ dev, ino }: Stats): boolean {
    return dev === this.#device && Number.isSafeInteger(ino);
  }

  /** One file for each folder that code is in. */
  save(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    const records = this.#records.bytes();
    const device = Buffer.alloc(8);
    device.writeDoubleLE(this.#device);
    writePrivate(this.#path, Buffer.concat([MARK, device, sumOf(device, records), records]));
    keepNewest(dirname(this.#path), MOST_FOLDERS);
  }
}

function readRecords(path: string, device: number): Buffer {
  const bytes = readPrivate(path, HEADER + MOST_RECORDS * RecordTable.SIZE);
  if (bytes === undefined || bytes.length < HEADER) return Buffer.alloc(0);
  const records = bytes.subarray(HEADER);
  const known = bytes.subarray(MARK.length, MARK.length + 8);
  const isWhole =
    bytes.subarray(0, MARK.length).equals(MARK) &&
    records.length % RecordTable.SIZE === 0 &&
    bytes.subarray(MARK.length + 8, HEADER).equals(sumOf(known, records));
  return isWhole && known.readDoubleLE() === device ? records : Buffer.alloc(0);
}

function sumOf(device: Buffer, records: Buffer): Buffer {
  return createHash('sha256').update(device).update(records).digest();
}
