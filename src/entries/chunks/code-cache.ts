import { dirname } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';
import { keepNewest, readPrivate, writePrivate } from '../../io/fs/private-file.ts';

/** Before the number of entries, the entries, and the data of each in their order. */
const MARK = Buffer.from('jobimg code 1\n\0\0');
/** The chunk, the checksum of its source, the checksum of its data, and their length: four numbers of 32 bits. */
const ENTRY = 16;
/** All chunks together have 6 MB. */
const MOST_BYTES = 64 * 1024 * 1024;
/** Each program has one, and each command of the command line. */
const MOST_FILES = 20;

interface Compiled {
  readonly sourceSum: number;
  readonly data: Buffer;
}

/**
 * What V8 compiled of the functions that a call needed, for the next call: https://v8.dev/blog/code-caching. Node's own
 * compile cache leaves out what is compiled when it is first called, which is most. V8 rejects data of another version or
 * other flags, but takes a source of the same length for the same source and damaged data for whole: hence the checksums.
 */
export class CodeCache {
  readonly #path: string | undefined;
  readonly #kept: Map<number, Compiled>;
  readonly #scripts = new Map<number, { readonly script: Script; readonly sourceSum: number }>();
  #isComplete = true;

  /** @param path undefined: every call compiles by itself, and nothing is kept */
  constructor(path: string | undefined) {
    this.#path = path;
    const bytes = path === undefined ? undefined : readPrivate(path, MOST_BYTES);
    this.#kept = bytes === undefined ? new Map() : parse(bytes);
  }

  /** @param url where the source is, as stacks show it */
  compile(chunk: number, source: Buffer, url: string): Script {
    const sourceSum = crc32(source);
    const cachedData = this.#find(chunk, sourceSum);
    const script = new Script(source.toString(), { filename: url, cachedData });
    if (cachedData === undefined || script.cachedDataRejected) this.#isComplete = false;
    this.#scripts.set(chunk, { script, sourceSum });
    return script;
  }

  #find(chunk: number, sourceSum: number): Buffer | undefined {
    const kept = this.#kept.get(chunk);
    if (kept === undefined || kept.sourceSum === sourceSum) return kept?.data;
    this.#kept.clear(); // They are those of another release, which never asks for the rest again.
    return undefined;
  }

  /** At the end of the process, when all that it needed has been compiled. */
  save(): void {
    if (this.#path === undefined || this.#isComplete) return;
    for (const [chunk, { script, sourceSum }] of this.#scripts) {
      this.#kept.set(chunk, { sourceSum, data: script.createCachedData() });
    }
    writePrivate(this.#path, serialize(this.#kept));
    keepNewest(dirname(this.#path), MOST_FILES);
  }
}

function serialize(compiled: ReadonlyMap<number, Compiled>): Buffer {
  const table = Buffer.alloc(4 + compiled.size * ENTRY);
  let at = table.writeUInt32LE(compiled.size);
  for (const [chunk, { sourceSum, data }] of compiled) {
    for (const number of [chunk, sourceSum, crc32(data), data.length]) at = table.writeUInt32LE(number, at);
  }
  return Buffer.concat([MARK, table, ...[...compiled.values()].map(({ data }) => data)]);
}

/** What is whole; nothing of a file that is anything else. */
function parse(bytes: Buffer): Map<number, Compiled> {
  const compiled = new Map<number, Compiled>();
  const first = MARK.length + 4;
  if (bytes.length < first || !bytes.subarray(0, MARK.length).equals(MARK)) return compiled;
  const end = first + bytes.readUInt32LE(MARK.length) * ENTRY;
  if (end > bytes.length) return compiled;
  let start = end;
  for (let at = first; at < end; at += ENTRY) {
    const data = bytes.subarray(start, start + bytes.readUInt32LE(at + 12));
    start += data.length;
    if (crc32(data) !== bytes.readUInt32LE(at + 8)) continue;
    compiled.set(bytes.readUInt32LE(at), { sourceSum: bytes.readUInt32LE(at + 4), data });
  }
  return compiled;
}
