import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import posix from 'node:path/posix';
import { Readable } from 'node:stream';
import { removeTree } from '../../../io/remove-tree.ts';
import type { CommandPlace, PlacedRun } from '../place/place.ts';
import { failureOf } from '../place/tool.ts';
import { fillWords } from '../plan/fill.ts';
import { tarOfFolder } from './folder-tar.ts';

/** What a program of the place has written into a folder of ours. */
export interface Downloaded extends AsyncDisposable {
  /** The tar of an output, by its absolute path in the container. */
  open(path: string): Promise<Readable | undefined>;
}

export async function download(
  { options, ...run }: PlacedRun,
  from: string,
  place: CommandPlace,
): Promise<Downloaded> {
  const { site, tool, temporary } = place;
  if (site.outputs === undefined) throw new Error('the place has no outputs');
  const folder = await mkdtemp(join(temporary, 'jobimg-outputs-'));
  const remove = async () => await removeTree(folder);
  try {
    const files = join(folder, 'files');
    await mkdir(files);
    const words = fillWords(site.outputs.run, { known: { ...run, folder: files, path: '.' }, options });
    const answer = await tool.run(words);
    if (answer.code !== 0) throw failureOf(words, answer);
    const { below = '' } = site.outputs;
    return {
      open: (path) => openIn(join(files, below), path, from, site.wrap.outputs),
      [Symbol.asyncDispose]: remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Outputs stand in the folder as they stood in the work directory, or in the folder that the place keeps. */
async function openIn(
  files: string,
  path: string,
  from: string,
  kept: string | undefined,
): Promise<Readable | undefined> {
  const inKept = kept === undefined ? '..' : posix.relative(kept, path);
  const name = inKept.startsWith('..') ? posix.relative(from, path) : inKept;
  const tar = await tarOfFolder(join(files, name), posix.basename(path));
  return tar === undefined ? undefined : Readable.from(tar, { objectMode: false });
}
