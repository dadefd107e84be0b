import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { errnoOf } from '../io/errno.ts';

/** A file of this machine that becomes an input of a run. */
export interface LocalFile {
  readonly path: string;
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** undefined when there is no such file. */
export async function measure(path: string): Promise<LocalFile | undefined> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  return { path, size, sha256: hash.digest('hex') };
}
