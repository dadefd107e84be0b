import type { Stats } from 'node:fs';
import { lstat, mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import posix from 'node:path/posix';
import { errnoOf } from '../errno.ts';
import { linkFile, type OutputLink } from './folder.ts';
import type { LeftOuts } from './left-out.ts';

/** As many links as Linux follows one after the other. */
const MOST_HOPS = 40;
/** Files that links to folders may lead to, all of them together: links to folders in linked folders would multiply. */
const MOST_LINKED = 100_000;

export interface LinkOptions {
  readonly root: string;
  /** The folder of the container that `root` stands for. */
  readonly from: string;
  readonly leftOuts: LeftOuts;
}

/**
 * Symbolic links that lead to collected files become further names of those files, so that whoever reads the outputs, or
 * takes them elsewhere, finds regular files and is led nowhere. Returns the names that came about.
 */
export async function followLinks(
  links: readonly OutputLink[],
  { root, from, leftOuts }: LinkOptions,
): Promise<readonly string[]> {
  const targets = new Map(links.map(({ path, to }) => [path.join('/'), to]));
  const names: string[] = [];

  function leaveOut({ path, to }: OutputLink, why: string): void {
    leftOuts.add(path, `a link to ${JSON.stringify(to.slice(0, 200))}, ${why}`);
  }

  /** The path that it leads to, as far as there is something, and whether that is a folder. */
  async function look({ path }: OutputLink): Promise<readonly [string | undefined, boolean]> {
    const end = endOf(path.join('/'), from, targets);
    const stats = end === undefined ? undefined : await find(join(root, end));
    return [stats === undefined ? undefined : end, stats?.isDirectory() ?? false];
  }

  async function follow(link: OutputLink, end: string | undefined, isFolder: boolean): Promise<void> {
    const name = link.path.join('/');
    if (end === undefined) return leaveOut(link, OUTSIDE);
    const why = isFolder ? await nameFolder(end, name) : await nameFile(end, name);
    if (why !== undefined) leaveOut(link, why);
  }

  /** Why there is nothing under the name now; undefined: there is. */
  async function nameFolder(end: string, name: string): Promise<string | undefined> {
    if (end === '.' || name.startsWith(`${end}/`)) return 'which contains the link itself';
    const files = await filesBelow(join(root, end), MOST_LINKED - names.length);
    if (files === undefined) return 'a folder with more files than links may lead to';
    if (files.length === 0) await mkdir(join(root, name), { recursive: true });
    const reasons = new Set<string | undefined>();
    for (const file of files) reasons.add(await nameFile(`${end}/${file}`, `${name}/${file}`));
    return [...reasons].find((why) => why !== undefined);
  }

  async function nameFile(end: string, name: string): Promise<string | undefined> {
    try {
      await mkdir(dirname(join(root, name)), { recursive: true });
      await linkFile(join(root, end), join(root, name));
      names.push(name);
      return undefined;
    } catch (error) {
      if (!TAKEN.has(errnoOf(error) ?? '')) throw error;
      return 'whose name is taken';
    }
  }

  // Links to folders come last: what links in those folders lead to is there by then.
  for (const wantsFolder of [false, true]) {
    for (const link of links) {
      const [end, isFolder] = await look(link);
      if (isFolder === wantsFolder) await follow(link, end, isFolder);
    }
  }
  return names;
}

const OUTSIDE = 'which was not collected';
const TAKEN = new Set(['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG']);

/** The path below `from` that a link leads to, over other links; undefined when it leads out or nowhere. */
export function endOf(link: string, from: string, targets: ReadonlyMap<string, string>): string | undefined {
  let path = link;
  for (let hop = 0; hop < MOST_HOPS; hop++) {
    const next = step(path, from, targets);
    if (next === undefined || next === path) return next;
    path = next;
  }
  return undefined;
}

/** The path with the first link of it replaced; the path itself when there is none in it. */
function step(path: string, from: string, targets: ReadonlyMap<string, string>): string | undefined {
  const parts = path.split('/');
  for (let end = 1; end <= parts.length; end++) {
    const start = parts.slice(0, end).join('/');
    const target = targets.get(start);
    if (target === undefined) continue;
    const absolute = posix.resolve(from, posix.dirname(start), target);
    return below(from, posix.join(absolute, ...parts.slice(end)));
  }
  return path;
}

function below(from: string, path: string): string | undefined {
  const relative = posix.relative(from, path);
  if (relative === '') return '.';
  return relative === '..' || relative.startsWith('../') ? undefined : relative;
}

async function find(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** Regular files in a folder and below it; undefined when there are more. */
async function filesBelow(folder: string, most: number): Promise<readonly string[] | undefined> {
  const files: string[] = [];
  const folders = ['.'];
  for (let inside = folders.pop(); inside !== undefined; inside = folders.pop()) {
    const entries = await readdir(join(folder, inside), { withFileTypes: true });
    const pathOf = ({ name }: { readonly name: string }): string => posix.join(inside ?? '', name);
    folders.push(...entries.filter((entry) => entry.isDirectory()).map(pathOf));
    files.push(...entries.filter((entry) => entry.isFile()).map(pathOf));
    if (files.length > most) return undefined;
  }
  return files;
}
