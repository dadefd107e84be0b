import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { zipStored, zstdStored } from '../images/stored.ts';

export interface CondaPackage {
  readonly name: string;
  readonly version: string;
  readonly build?: string;
  readonly subdir: 'linux-64' | 'noarch';
  readonly depends?: readonly string[];
  /** By path below the prefix; a program is what stands in `bin/`, a link is `{ link }`. */
  readonly files: Readonly<Record<string, string | { readonly link: string }>>;
  /** The archive, of the older form `.tar.bz2`, where it is not made from the files. */
  readonly archive?: Buffer;
}

export interface PublishedPackage {
  readonly url: string;
  readonly path: string;
  readonly sha256: string;
  readonly md5: string;
}

export interface CondaChannel {
  readonly url: string;
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** Paths that were asked for. */
  readonly asked: readonly string[];
  published(name: string): PublishedPackage;
  publish(...packages: readonly CondaPackage[]): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What builders of packages write where the prefix will stand. */
export const PLACEHOLDER = `/opt/${'placeholder_'.repeat(8)}`;

/** A channel called `team` over HTTP: https://docs.conda.io/projects/conda-build/en/latest/resources/package-spec.html */
export async function startCondaChannel(): Promise<CondaChannel> {
  const archives = new Map<string, Buffer>();
  const records = new Map<string, object>();
  const published = new Map<string, PublishedPackage>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const body = path.endsWith('/repodata.json') ? repodata(path, records) : archives.get(path);
    response.writeHead(body === undefined ? 404 : 200).end(request.method === 'HEAD' ? undefined : body);
  });
  const host = await listen(server);
  const url = `http://${host}/team`;

  return {
    url,
    host,
    asked,
    published(name) {
      const found = published.get(name);
      if (found === undefined) throw new Error(`the channel has no "${name}"`);
      return found;
    },
    async publish(...packages) {
      for (const one of packages) {
        const archive = one.archive ?? (await condaArchive(one));
        const path = `/team/${one.subdir}/${fileName(one)}`;
        const [sha256, md5] = [hash('sha256', archive), hash('md5', archive)];
        archives.set(path, archive);
        records.set(path, { ...indexOf(one), sha256, md5, size: archive.length });
        published.set(one.name, { url: `http://${host}${path}`, path, sha256, md5 });
      }
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

function repodata(path: string, records: ReadonlyMap<string, object>): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const own = [...records].filter(([name]) => name.startsWith(folder));
  const subdir = folder.split('/').at(-2);
  const of = (ending: string) => {
    const named = own.filter(([name]) => name.endsWith(ending));
    return Object.fromEntries(named.map(([name, record]) => [name.slice(folder.length), record]));
  };
  return JSON.stringify({
    info: { subdir },
    packages: of('.tar.bz2'),
    'packages.conda': of('.conda'),
    repodata_version: 1,
  });
}

function fileName({ name, version, build = '0', archive }: CondaPackage): string {
  return `${name}-${version}-${build}${archive === undefined ? '.conda' : '.tar.bz2'}`;
}

function indexOf({ name, version, build = '0', subdir, depends = [] }: CondaPackage): object {
  const noarch = subdir === 'noarch' ? { noarch: 'python' } : {};
  return { name, version, build, build_number: 0, subdir, depends, timestamp: 1_700_000_000_000, ...noarch };
}

async function condaArchive(one: CondaPackage): Promise<Buffer> {
  const name = fileName(one).replace(/\.conda$/, '');
  const info = { 'info/index.json': JSON.stringify(indexOf(one)), 'info/paths.json': pathsOf(one) };
  return zipStored({
    'metadata.json': Buffer.from('{"conda_pkg_format_version":2}'),
    [`pkg-${name}.tar.zst`]: zstdStored(await tarOf(one.files)),
    [`info-${name}.tar.zst`]: zstdStored(await tarOf(info)),
  });
}

function pathsOf({ files }: CondaPackage): string {
  const paths = Object.entries(files).map(([path, file]) => {
    if (typeof file !== 'string') return { _path: path, path_type: 'softlink', sha256: hash('sha256', '') };
    const prefix = file.includes(PLACEHOLDER) ? { prefix_placeholder: PLACEHOLDER, file_mode: 'text' } : {};
    const content = Buffer.from(file);
    return {
      _path: path,
      path_type: 'hardlink',
      sha256: hash('sha256', content),
      size_in_bytes: content.length,
      ...prefix,
    };
  });
  return JSON.stringify({ paths, paths_version: 1 });
}

function tarOf(files: CondaPackage['files']): Promise<Buffer> {
  const tar = pack();
  for (const [name, file] of Object.entries(files)) {
    const mtime = new Date('2025-05-05T05:05:05Z');
    if (typeof file === 'string') {
      tar.entry({ name, mode: name.startsWith('bin/') ? 0o755 : 0o644, mtime }, file);
    } else {
      tar.entry({ name, type: 'symlink', linkname: file.link, mtime });
    }
  }
  tar.finalize();
  return buffer(tar);
}

function hash(kind: 'sha256' | 'md5', content: Buffer | string): string {
  return createHash(kind).update(content).digest('hex');
}
