import { realpathSync } from 'node:fs';
import { askedOnce } from '../asked-once.ts';
import { UserError } from '../errors.ts';
import { errnoOf } from '../io/errno.ts';
import type { Source } from '../tools/source.ts';
import { createTree } from './files/tree.ts';
import type { PackedLayer } from './layer/layer.ts';
import type { Remembered } from './remembered/remembered.ts';

export interface SourceOptions {
  /** The repository's folder. */
  readonly root: string;
  /** For what is too large to be kept in memory; the caller removes it when everything is over. */
  readonly tempFolder: string;
  /** Ends what reads many files. */
  readonly signal?: AbortSignal | undefined;
  /** Where hashes and layers are remembered from one call to the next; undefined: nowhere. */
  readonly rememberIn?: string | undefined;
  /** The program of the threads that pack large layers; undefined: there are none. */
  readonly threadScript?: string | undefined;
}

const TAR_PIECE = 65_536;
const TAR_TURN = 16;

export function createSource({ root, tempFolder, signal, rememberIn, threadScript }: SourceOptions): Source {
  const real = realFolder(root);
  const locate = askedOnce(async () => (await import('./locate.ts')).locator(real));
  const packed = new Set<PackedLayer>();
  let isRemembering = rememberIn !== undefined;
  const open = askedOnce((folder: string) => openRemembered(folder, real));
  const remembered = async (): Promise<Remembered | undefined> =>
    isRemembering && rememberIn !== undefined ? await open(rememberIn) : undefined;

  return {
    tree: createTree(real),
    readAnew() {
      isRemembering = false;
    },
    async scan(files, what) {
      const { scan } = await import('./scan.ts');
      return await scan(real, files, { signal, what, remembered: await remembered() });
    },
    async pack(layers) {
      // Loaded when an image is made: most calls find theirs.
      const { packAll } = await import('./layer/pack-all.ts');
      const packing = { root: real, locate: await locate(), tempFolder, signal, threadScript };
      const made = await packAll(layers, packing, (await remembered())?.layers);
      for (const layer of made) packed.add(layer);
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
      const bytes = pieces(tarBytes(layers, extra, await locate()), TAR_PIECE);
      for await (const piece of withTurns(bytes, TAR_TURN, signal)) {
        // Who takes it may hold several.
        if (piece.length > 0) yield Buffer.from(piece);
      }
    },
  };
}

async function openRemembered(folder: string, root: string): Promise<Remembered | undefined> {
  const { rememberedIn } = await import('./remembered/remembered.ts');
  return rememberedIn(folder, root);
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
