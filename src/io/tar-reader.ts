import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';

export interface TarEntry {
  /** The parts of its path; never empty, absolute, `.` or `..`. */
  readonly path: readonly string[];
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Of a hard link: the parts of the path of an entry before it. */
  readonly target?: readonly string[] | undefined;
  readonly size: number;
  readonly executable: boolean;
  /** Bytes of a file; may be left unread. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The archive tries to reach beyond itself. */
export class TarError extends Error {
  override readonly name = 'TarError';
}

/** The entries of a tar that nobody vouches for, one after the other: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html */
export async function* readTar(tar: Readable): AsyncGenerator<TarEntry> {
  const entries = extract();
  const fed = pipeline(tar, entries);
  // Awaited below; until then it is no unhandled rejection.
  fed.catch(() => undefined);
  try {
    for await (const entry of entries) {
      const parts = partsOf(entry.header.name);
      if (parts.length > 0) yield entryOf(entry.header, parts, entry as AsyncIterable<Uint8Array>);
      entry.resume();
    }
    await fed;
  } finally {
    tar.destroy();
  }
}

function entryOf(header: Header, path: readonly string[], body: TarEntry['body']): TarEntry {
  const common = { path, body, size: header.size ?? 0, executable: ((header.mode ?? 0) & 0o111) !== 0 };
  switch (header.type) {
    case 'file':
    case 'contiguous-file':
      return { ...common, kind: 'file' };
    case 'directory':
      return { ...common, kind: 'folder' };
    case 'link':
      return { ...common, kind: 'file', target: partsOf(header.linkname ?? '') };
    case 'symlink':
      return { ...common, kind: 'link' };
    default:
      return { ...common, kind: 'other' };
  }
}

/** No more than a folder takes, and nothing a system of another kind would read as a way out. */
const MAX_PATH = 4_096;

function partsOf(name: string): readonly string[] {
  const isBad = name.startsWith('/') || name.includes('\0') || name.length > MAX_PATH;
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  const isForeign = process.platform === 'win32' && parts.some((part) => /[\\:]/.test(part));
  if (isBad || isForeign || parts.includes('..'))
    throw new TarError(`the path "${name.slice(0, 200)}" leads out of the archive`);
  return parts;
}
