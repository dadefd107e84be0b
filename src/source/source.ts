import { realpathSync } from 'node:fs';
import { UserError } from '../errors.ts';
import { errnoOf } from '../io/errno.ts';
import type { CodeLayer, FileEntry } from '../plan/plan.ts';
import type { FileSet } from '../recipe/recipe.ts';
import type { Source } from '../tools/source.ts';
import { createTree } from './files/tree.ts';
import type { Locate } from './layer/archive.ts';
import type { PackedLayer } from './layer/layer.ts';
import { rememberedIn } from './remembered/remembered.ts';
import { baseOf, fileOf, scan } from './scan.ts';

export interface SourceOptions {
  /** The repository's folder. */
  readonly root: string;
  /** For what is too large to be kept in memory; the caller removes it when everything is over. */
  readonly tempFolder: string;
  /** Ends what reads many files. */
  readonly signal?: AbortSignal | undefined;
  /** Where hashes and layers are remembered from one call to the next; undefined: nowhere. */
  readonly rememberIn?: string | undefined;
}

const TAR_PIECE = 65_536;
const TAR_TURN = 16;

export function createSource({ root, tempFolder, signal, rememberIn }: SourceOptions): Source {
  const real = realFolder(root);
  const locate = locator(real);
  const packed = new Set<PackedLayer>();
  let remembered = rememberIn === undefined ? undefined : rememberedIn(rememberIn, real);

  return {
    tree: createTree(real),
    readAnew() {
      remembered = undefined;
    },
    scan: (files, what) => scan(real, files, { signal, what, remembered }),
    async pack(layer) {
      // Loaded when an image is made: most calls find theirs.
      const { packLayer, packOnceKnown } = await import('./layer/layer.ts');
      const packing = { locate, tempFolder, signal };
      const made =
        layer.part === undefined || remembered === undefined
          ? await packLayer(layer, packing)
          : await packOnceKnown(layer, packing, remembered.layers);
      packed.add(made);
      return made;
    },
    release() {
      for (const layer of packed) layer.discard();
      packed.clear();
    },
    async *tar(layers, extra = []) {
      const [{ tarBytes }, { pieces, withTurns }] = await Promise.all([
        import('./layer/archive.ts'),
        import('./layer/pieces.ts'),
      ]);
      const bytes = pieces(tarBytes(layers, extra, locate), TAR_PIECE);
      for await (const piece of withTurns(bytes, TAR_TURN, signal)) {
        if (piece.length > 0) yield piece;
      }
    },
  };
}

function realFolder(root: string): string {
  try {
    return realpathSync(root);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'ENOTDIR') throw error;
    throw new UserError(`the folder "${root}" does not exist`, {
      code: 'no-folder',
      hint: 'check the input "working-directory" (-C), and that the repository is checked out there',
    });
  }
}

function locator(root: string): Locate {
  const bases = new Map<FileSet, string>();
  return ({ files }: CodeLayer, { path }: FileEntry) => {
    if (files.kind === 'listed') return fileOf(root, files, path);
    const base = bases.get(files) ?? baseOf(root, files);
    bases.set(files, base);
    return `${base}/${path}`;
  };
}
