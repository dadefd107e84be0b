import posix from 'node:path/posix';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, pack } from 'tar-stream';

/** A file of a fake container; anything that is no regular file says so. */
export interface FakeFile {
  readonly type?: 'file' | 'directory' | 'symlink' | 'link' | 'fifo';
  readonly content?: string;
  /** Target, for links. */
  readonly link?: string;
  readonly mode?: number;
  /** Bytes of zeros, in place of content. */
  readonly zeros?: number;
  /** Milliseconds since 1970; undefined: while the program ran. */
  readonly mtime?: number;
}

export function sizeOf({ content = '', zeros }: Pick<FakeFile, 'content' | 'zeros'>): number {
  return zeros ?? Buffer.byteLength(content);
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
  void fill(tar, found, base).catch((error: Error) => tar.destroy(error));
  return Readable.from(tar, { objectMode: false });
}

async function fill(
  tar: ReturnType<typeof pack>,
  found: readonly (readonly [string, FakeFile])[],
  base: string,
): Promise<void> {
  for (const [name, { type = 'file', content = '', link, mode = 0o644, zeros }] of found) {
    const header = {
      name: name.slice(base === '/' ? 1 : base.length + 1),
      type,
      mode,
      ...(link === undefined ? {} : { linkname: link }),
    };
    if (zeros !== undefined)
      await writeZeros(tar.entry({ ...header, size: zeros }) as unknown as Writable, zeros);
    else if (type === 'file') tar.entry(header, content);
    else tar.entry(header);
  }
  tar.finalize();
}

const ZEROS = Buffer.alloc(65_536);

async function writeZeros(entry: Writable, size: number): Promise<void> {
  function* pieces(): Generator<Uint8Array> {
    for (let left = size; left > 0; left -= ZEROS.length)
      yield ZEROS.subarray(0, Math.min(left, ZEROS.length));
  }
  await pipeline(Readable.from(pieces()), entry);
}
