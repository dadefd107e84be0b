import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** What Git's own files say of a checkout, read without starting Git. */
export interface Checkout {
  /** The commit that is checked out; undefined when Git keeps it where this does not look. */
  readonly sha?: string | undefined;
  /** Name of the repository: the last part of the origin's address, else of the checkout's folder. */
  readonly name: string;
  /** The folder of the checkout, absolute; undefined where there is none. */
  readonly root?: string | undefined;
  /** `owner/name`, the last two parts of the origin's address; undefined when it has none. */
  readonly origin?: string | undefined;
  /** How the files differ from a commit; undefined: each of them is what the commit says, and there is no other. */
  differenceFrom(commit: string): Promise<string | undefined>;
}

export async function readCheckout(folder: string): Promise<Checkout> {
  const root = await rootOf(resolve(folder));
  const differenceFrom = (commit: string) => compare(folder, commit);
  if (root === undefined) return { name: basename(resolve(folder)), differenceFrom };

  const git = await gitFolder(root);
  const [sha, config] = await Promise.all([headOf(git), text(join(git, 'config'))]);
  const origin = originOf(config ?? '');
  return { sha, name: origin?.split('/').at(-1) ?? basename(root), root, origin, differenceFrom };
}

/** Loaded for events that depend on it. */
async function compare(folder: string, commit: string): Promise<string | undefined> {
  const { differenceFrom } = await import('./git/work-tree.ts');
  return await differenceFrom(folder, commit);
}

async function rootOf(folder: string): Promise<string | undefined> {
  if (await exists(join(folder, '.git'))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : rootOf(parent);
}

/** In a worktree or submodule `.git` is a file that names the folder. */
async function gitFolder(root: string): Promise<string> {
  const git = join(root, '.git');
  const pointer = await text(git);
  const named = pointer?.match(/^gitdir: (.+)$/m)?.[1];
  return named === undefined ? git : resolve(root, named);
}

async function headOf(git: string): Promise<string | undefined> {
  const head = (await text(join(git, 'HEAD')))?.trim();
  const ref = head?.match(/^ref: (.+)$/)?.[1];
  if (ref === undefined) return isSha(head) ? head : undefined;

  const loose = (await text(join(git, ref)))?.trim();
  if (isSha(loose)) return loose;
  const packed = (await text(join(git, 'packed-refs')))?.split('\n').find((line) => line.endsWith(` ${ref}`));
  return packed?.split(' ')[0];
}

function originOf(config: string): string | undefined {
  const address = config.match(/\[remote "origin"\][^[]*?\n\s*url\s*=\s*(\S+)/)?.[1];
  return address
    ?.replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split(/[/:]/)
    .slice(-2)
    .join('/');
}

function isSha(value: string | undefined): value is string {
  return value !== undefined && /^[0-9a-f]{40,64}$/.test(value);
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(absent)) !== undefined;
}

async function text(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(absent);
}

/** Git's files are looked at, not relied on: one that is missing, or a folder, only leaves a fact unknown. */
function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
