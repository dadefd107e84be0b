import type { LayerFile } from '../../verify/entry.ts';

const WHITEOUT = '.wh.';
/** Hides everything that layers below have in its folder. */
const OPAQUE = '.wh..wh..opq';

const HEADERS = 256 * 1024;
const CONDA_RECORD = 64 * 1024 * 1024;
const DPKG_STATUS = 64 * 1024 * 1024;

/** Bytes of a file that are read to know what an image has; 0: it says nothing of that. */
export function wantedBytes(path: string): number {
  if (/\.(?:dist-info\/METADATA|egg-info\/PKG-INFO|egg-info)$/.test(path)) return HEADERS;
  if (/\/conda-meta\/[^/]+\.json$/.test(path)) return CONDA_RECORD;
  if (/^\/var\/lib\/dpkg\/(?:status|status\.d\/[^/]+)$/.test(path)) return DPKG_STATUS;
  return path === '/usr/lib/os-release' || path === '/etc/os-release' ? HEADERS : 0;
}

/** The wanted files of an image, as its layers leave them: https://github.com/opencontainers/image-spec/blob/main/layer.md#whiteouts */
export class ImageFiles {
  #files = new Map<string, Uint8Array>();

  /** From the lowest layer to the highest. */
  async apply(layer: AsyncIterable<LayerFile>): Promise<void> {
    const below = this.#files;
    const own = new Map<string, Uint8Array>();
    const removed: string[] = [];
    for await (const file of layer) {
      const gone = removedBy(file);
      if (gone !== undefined) removed.push(gone);
      const content = file.content ?? linked(file, own, below);
      if (content !== undefined) own.set(file.path, content);
    }
    const isGone = (path: string): boolean =>
      removed.some((gone) => path === gone || path.startsWith(`${gone}/`));
    this.#files = new Map([...[...below].filter(([path]) => !isGone(path)), ...own]);
  }

  /** Sorted by path. */
  get all(): readonly (readonly [path: string, text: string])[] {
    const decoder = new TextDecoder();
    return [...this.#files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, bytes]) => [path, decoder.decode(bytes)]);
  }
}

/** What is removed from the layers below; what is no folder any more has nothing in it. */
function removedBy({ path, type }: LayerFile): string | undefined {
  const slash = path.lastIndexOf('/');
  const [folder, name] = [path.slice(0, slash), path.slice(slash + 1)];
  if (name === OPAQUE) return folder;
  if (name.startsWith(WHITEOUT)) return `${folder}/${name.slice(WHITEOUT.length)}`;
  return type === 'directory' ? undefined : path;
}

/** Installers of conda link files to those of a cache. */
function linked(
  { path, type, link }: LayerFile,
  ...files: readonly ReadonlyMap<string, Uint8Array>[]
): Uint8Array | undefined {
  if (type !== 'link' || link === undefined || wantedBytes(path) === 0) return undefined;
  const target = `/${link.replace(/^\.?\/+/, '')}`;
  return files.map((one) => one.get(target)).find((content) => content !== undefined);
}
