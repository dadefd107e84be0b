import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { messageOf } from '../../errors.ts';

export interface TarEntry {
  /** The parts of its path; never empty, absolute, `.` or `..`. */
  readonly path: readonly string[];
  /** `bad`: its path cannot be taken, and `path` holds it for a person, as one part. */
  readonly kind: 'file' | 'folder' | 'link' | 'other' | 'bad';
  /** Of a hard link: the parts of the path of an entry before it; undefined when that leads out of the archive. */
  readonly target?: readonly string[] | undefined;
  readonly isHardLink: boolean;
  /** Of a symbolic link: what it says, as it stands there. */
  readonly linkName?: string | undefined;
  readonly size: number;
  readonly executable: boolean;
  /** Bytes of a file; may be left unread. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The archive ended early, or is none. */
export class TarError extends Error {
  override readonly name = 'TarError';
}

/** The entries of a tar that nobody vouches for, one after the other: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html */
export async function* readTar(tar: Readable): AsyncGenerator<TarEntry> {
  const entries = extract();
  const fed = pipeline(tar, toItsEnd, entries);
  // Awaited below; until then it is no unhandled rejection.
  fed.catch(() => undefined);
  try {
    for await (const entry of entries) {
      const parts = partsOf(entry.header.name);
      if (parts?.length !== 0)
        yield entryOf(entry.header, parts, readBody(entry as AsyncIterable<Uint8Array>));
      entry.resume();
    }
    await fed;
  } catch (error) {
    throw readError(error);
  } finally {
    tar.destroy();
  }
}

const END = 1_024;

/** What was cut between two entries looks whole, but for the two empty blocks that an archive ends with. */
async function* toItsEnd(tar: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let tail = Buffer.alloc(0);
  for await (const chunk of tar) {
    tail = Buffer.concat(chunk.length < END ? [tail, chunk] : [chunk.subarray(-END)]).subarray(-END);
    yield chunk;
  }
  if (tail.length < END || tail.some((byte) => byte !== 0)) throw new Error('its end is missing');
}

/** What goes wrong with the archive is told from what goes wrong with the disk that its bytes are written to. */
async function* readBody(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw readError(error);
  }
}

function readError(error: unknown): TarError {
  if (error instanceof TarError) return error;
  return new TarError(`the archive could not be read to its end: ${messageOf(error)}`, { cause: error });
}

function entryOf(header: Header, parts: readonly string[] | undefined, body: TarEntry['body']): TarEntry {
  const common = {
    path: parts ?? [header.name],
    body,
    size: header.size ?? 0,
    isHardLink: false,
    executable: ((header.mode ?? 0) & 0o111) !== 0,
  };
  if (parts === undefined) return { ...common, kind: 'bad' };
  switch (header.type) {
    case 'file':
    case 'contiguous-file':
      return { ...common, kind: 'file' };
    case 'directory':
      return { ...common, kind: 'folder' };
    case 'link':
      return { ...common, kind: 'file', isHardLink: true, target: partsOf(header.linkname ?? '') };
    case 'symlink':
      return { ...common, kind: 'link', linkName: header.linkname ?? '' };
    default:
      return { ...common, kind: 'other' };
  }
}

/** No more than a folder takes, and nothing a system of another kind would read as a way out. */
const MAX_PATH = 4_096;

/** undefined for a path that leads out of the archive, or of any folder that it is to be put into. */
export function partsOf(name: string): readonly string[] | undefined {
  const isBad = name.startsWith('/') || name.includes('\0') || name.length > MAX_PATH;
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  const isForeign = process.platform === 'win32' && parts.some((part) => /[\\:]/.test(part));
  return isBad || isForeign || parts.includes('..') ? undefined : parts;
}
