import posix from 'node:path/posix';
import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';

/** A file of a fake container; anything that is no regular file says so. */
export interface FakeFile {
  readonly type?: 'file' | 'directory' | 'symlink' | 'link' | 'fifo';
  readonly content?: string;
  /** Target, for links. */
  readonly link?: string;
  readonly mode?: number;
}

export function pathInside(folder: string, name: string): string {
  return posix.join('/', folder, name).replace(/(.)\/$/, '$1');
}

/** What a tar holds, by name. */
export async function* readFiles(tar: Readable): AsyncGenerator<readonly [string, FakeFile]> {
  for await (const entry of tar.pipe(extract())) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const { name, type, mode = 0 } = entry.header;
    yield [
      name,
      { type: type === 'directory' ? type : 'file', content: Buffer.concat(chunks).toString(), mode },
    ];
  }
}

/** A path and what is below it, named from its last part on, as Docker does it; undefined when there is none. */
export function writeFiles(files: ReadonlyMap<string, FakeFile>, path: string): Readable | undefined {
  const found = [...files].filter(([name]) => name === path || name.startsWith(`${path}/`));
  if (found.length === 0) return undefined;
  const base = posix.dirname(path);
  const tar = pack();
  for (const [name, { type = 'file', content = '', link, mode = 0o644 }] of found) {
    const header = {
      name: name.slice(base === '/' ? 1 : base.length + 1),
      type,
      mode,
      ...(link === undefined ? {} : { linkname: link }),
    };
    if (type === 'file') tar.entry(header, content);
    else tar.entry(header);
  }
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}
