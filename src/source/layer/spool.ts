import { randomUUID } from 'node:crypto';
import { closeSync, createReadStream, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes that are kept until they are read, as often as wanted: in memory, or on disk when there are many. */
export interface Spool {
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
  let file: { readonly path: string; readonly descriptor: number } | undefined;

  function flush(): void {
    file ??= createFile(folder);
    for (const chunk of chunks.splice(0)) writeAll(file.descriptor, chunk);
    held = 0;
  }

  function end(): void {
    if (file === undefined || !isOpen) return;
    flush();
    closeSync(file.descriptor);
    isOpen = false;
  }

  return {
    write(chunk) {
      chunks.push(chunk);
      held += chunk.length;
      if (held > (file === undefined ? inMemory : BATCH)) flush();
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

function createFile(folder: string): { readonly path: string; readonly descriptor: number } {
  const path = join(folder, `layer-${randomUUID()}`);
  return { path, descriptor: openSync(path, 'wx', 0o600) };
}

function writeAll(descriptor: number, chunk: Uint8Array): void {
  for (let written = 0; written < chunk.length; ) written += writeSync(descriptor, chunk, written);
}

async function* iterate(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
