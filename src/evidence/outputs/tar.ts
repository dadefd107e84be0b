import { UserError } from '../../errors.ts';
import { tarEnd, tarHeader, tarPadding } from '../../oci/tar.ts';
import type { OutputFile } from './packing.ts';

/** The bytes of a collected file. */
export type ReadOutput = (path: string) => AsyncIterable<Uint8Array>;

/** A tar of the files, always the same bytes for the same files. */
export async function* tarOf(files: readonly OutputFile[], read: ReadOutput): AsyncGenerator<Uint8Array> {
  for (const file of files) {
    const { path, size, executable } = file;
    yield tarHeader({ path, kind: 'file', mode: executable ? 0o755 : 0o644, size });
    yield* wholeFile(file, read);
    yield Buffer.alloc(tarPadding(size));
  }
  yield tarEnd();
}

/** Throws for a file that has another size by now. */
export async function* wholeFile({ path, size }: OutputFile, read: ReadOutput): AsyncGenerator<Uint8Array> {
  let left = size;
  for await (const bytes of read(path)) {
    left -= bytes.length;
    if (left < 0) break;
    yield bytes;
  }
  if (left === 0) return;
  throw new UserError(`the output "${path}" has changed while it was read`, {
    code: 'outputs',
    hint: 'let nothing write into the folder of a run that is over',
  });
}
