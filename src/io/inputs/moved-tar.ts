import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header, type Pack, pack } from 'tar-stream';
import { isInside } from '../../run/mounts/mount-places.ts';

/** A tar with absolute paths, without the first slash; each call gives it anew. */
export type Archive = () => AsyncIterable<Uint8Array>;

/** The last file of the tar: what was cut between two files looks whole to tar. */
export const LAST_INPUT = 'last';

/** One tar of all, in which each folder stands under its number, and a file says that it is whole. */
export function movedTar(
  archives: readonly Archive[],
  folders: readonly string[],
): AsyncIterable<Uint8Array> {
  const tar = pack();
  void writeAll(tar, archives, folders).catch((error: Error) => tar.destroy(error));
  return Readable.from(tar, { objectMode: false });
}

/** As `entry` takes it. */
type MovedHeader = Pick<Header, 'name'> & Partial<Header>;

async function writeAll(tar: Pack, archives: readonly Archive[], folders: readonly string[]): Promise<void> {
  for (const archive of archives) {
    const entries = extract();
    const fed = pipeline(Readable.from(archive(), { objectMode: false }), entries);
    // Awaited below; until then it is no unhandled rejection.
    fed.catch(() => undefined);
    for await (const entry of entries) {
      const header = moved(entry.header, folders);
      if (header?.type === 'file') await pipeline(entry as AsyncIterable<Uint8Array>, tar.entry(header));
      else if (header !== undefined) tar.entry(header);
      entry.resume();
    }
    await fed;
  }
  tar.entry({ name: LAST_INPUT }, '');
  tar.finalize();
}

/** undefined: it belongs to none of the folders, as those that they stand in. */
function moved(
  { linkname, mode, mtime, name, size, type }: Header,
  folders: readonly string[],
): MovedHeader | undefined {
  const to = movedName(name, folders);
  if (to === undefined) return undefined;
  // A hard link names an entry of the archive; any other link says what it says.
  const target = type === 'link' ? movedName(linkname, folders) : linkname;
  const header = { name: to, mode, mtime, size, type };
  return target == null ? header : { ...header, linkname: target };
}

function movedName(name: string, folders: readonly string[]): string | undefined {
  const path = `/${name.replace(/\/+$/, '')}`;
  const index = folders.findIndex((folder) => isInside(path, folder));
  return index < 0 ? undefined : `${index}${path.slice(folders[index]?.length)}`;
}
