import { randomUUID } from 'node:crypto';
import { closeSync, createReadStream, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes that are kept until they are read, as often as wanted: in memory, or on disk when there are many. */
export interface Spool {
  /** The chunk is the caller's again afterwards. */
  write(chunk: Uint8Array): void;
  /** No more is written. */
  end(): void;
  open(): AsyncIterable<Uint8Array>;
  /** Of the file; undefined: all is in memory. */
  path(): string | undefined;
  /** Nothing is left on disk, and nothing can be read any more. */
  discard(): void;
}

/** @param folder is the caller's to remove when everything is over */
export function createSpool(folder: string, inMemory: number): Spool {
  const chunks: Uint8Array[] = [];
  let held = 0;
  let isOpen = true;
  let file: SpoolFile | undefined;

  function end(): void {
    if (file === undefined || !isOpen) return;
    file.end();
    isOpen = false;
  }

  return {
    write(chunk) {
      held += chunk.length;
      if (file === undefined && held > inMemory) {
        file = new SpoolFile(folder);
        for (const before of chunks.splice(0)) file.write(before);
      }
      if (file === undefined) chunks.push(chunk.slice());
      else file.write(chunk);
    },
    end,
    open: () => (file === undefined ? iterate(chunks) : createReadStream(file.path)),
    path: () => file?.path,
    discard() {
      end();
      if (file !== undefined) rmSync(file.path, { force: true });
    },
  };
}

/** What another spool has left in a file. */
export function keptSpool(path: string): Pick<Spool, 'open' | 'discard'> {
  return { open: () => createReadStream(path), discard: () => rmSync(path, { force: true }) };
}

const BATCH = 1_048_576;

/** Written a batch at a time, which is the same memory for all of them. */
class SpoolFile {
  readonly path: string;
  readonly #descriptor: number;
  readonly #batch = Buffer.allocUnsafe(BATCH);
  #filled = 0;

  constructor(folder: string) {
    this.path = join(folder, `layer-${randomUUID()}`);
    this.#descriptor = openSync(this.path, 'wx', 0o600);
  }

  write(chunk: Uint8Array): void {
    if (this.#filled + chunk.length > BATCH) this.#flush();
    if (chunk.length > BATCH) {
      writeAll(this.#descriptor, chunk);
      return;
    }
    this.#batch.set(chunk, this.#filled);
    this.#filled += chunk.length;
  }

  end(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #flush(): void {
    writeAll(this.#descriptor, this.#batch.subarray(0, this.#filled));
    this.#filled = 0;
  }
}

function writeAll(descriptor: number, chunk: Uint8Array): void {
  for (let written = 0; written < chunk.length; ) written += writeSync(descriptor, chunk, written);
}

async function* iterate(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
