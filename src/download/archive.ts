import { createReadStream } from 'node:fs';
import { dirname } from 'node:path/posix';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import type { LocalFile } from './input-file.ts';

export interface PlacedFile extends Pick<LocalFile, 'path' | 'size'> {
  /** Absolute, in the container. */
  readonly target: string;
}

/** As the files of the code: whoever the container runs as may read and change them. */
const FILE = 0o666;
const FOLDER = 0o777;
const MTIME = new Date(0);

/** A tar that puts the files where they belong, with the folders they stand in. */
export function archiveOf(
  files: readonly PlacedFile[],
  folders: readonly string[],
): AsyncIterable<Uint8Array> {
  const tar = pack();
  // What goes wrong while it is written is told to whoever reads it.
  void writeAll(tar, files, folders).catch((error: Error) => tar.destroy(error));
  return Readable.from(tar, { objectMode: false });
}

async function writeAll(
  tar: ReturnType<typeof pack>,
  files: readonly PlacedFile[],
  folders: readonly string[],
): Promise<void> {
  const all = [...folders, ...files.map(({ target }) => dirname(target))].flatMap(withParents);
  for (const folder of [...new Set(all)].sort()) {
    tar.entry({ name: `${folder.slice(1)}/`, type: 'directory', mode: FOLDER, mtime: MTIME });
  }
  for (const { path, size, target } of files) {
    const entry = tar.entry({ name: target.slice(1), size, mode: FILE, mtime: MTIME });
    await pipeline(createReadStream(path), entry);
  }
  tar.finalize();
}

function withParents(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === '/' ? [folder] : [...withParents(parent), folder];
}
