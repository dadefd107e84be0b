import { basename, join, resolve } from 'node:path';
import { readGitFile, repositoryAbove } from './git/repository.ts';

/** What Git's own files say of a checkout. They are foreign, like everything in it. */
export interface Checkout {
  /** The commit that is checked out; undefined when Git keeps it where this does not look. */
  readonly sha?: string | undefined;
  /** Name of the repository: the last part of the origin's address, else of the checkout's folder. */
  readonly name: string;
  /** The folder of the checkout, absolute; undefined where there is none. */
  readonly root?: string | undefined;
  /** `owner/name`, the last two parts of the origin's address; undefined when it has none. */
  readonly origin?: string | undefined;
  /** The file of patterns that Git ignores here and nowhere else; undefined where this does not look for it. */
  readonly excludeFile?: string | undefined;
  /** How the files differ from a commit; undefined: each of them is what the commit says, and there is no other. */
  differenceFrom(commit: string): Promise<string | undefined>;
}

export function readCheckout(folder: string): Checkout {
  const repository = repositoryAbove(resolve(folder));
  const differenceFrom = (commit: string) => compare(folder, commit);
  if (repository === undefined) return { name: basename(resolve(folder)), differenceFrom };
  const { root, gitFolder } = repository;
  const origin = originOf(text(join(gitFolder, 'config')));
  const name = origin?.split('/').at(-1) ?? basename(root);
  // Where `.git` is a file, it names a folder that may be anybody's.
  const excludeFile = gitFolder === join(root, '.git') ? join(gitFolder, 'info', 'exclude') : undefined;
  return { sha: headOf(gitFolder), name, root, origin, excludeFile, differenceFrom };
}

/** Loaded for events that depend on it. */
async function compare(folder: string, commit: string): Promise<string | undefined> {
  const { differenceFrom } = await import('./work-tree.ts');
  return await differenceFrom(folder, commit);
}

function headOf(gitFolder: string): string | undefined {
  const head = text(join(gitFolder, 'HEAD')).trim();
  const ref = /^ref: (refs\/.+)$/.exec(head)?.[1];
  if (ref === undefined) return shaIn(head);
  return shaIn(text(join(gitFolder, ref)).trim()) ?? packed(text(join(gitFolder, 'packed-refs')), ref);
}

function packed(refs: string, ref: string): string | undefined {
  const line = refs.split('\n').find((one) => one.endsWith(` ${ref}`));
  return shaIn(line?.slice(0, -ref.length - 1));
}

/** The first address in the section of the origin. */
function originOf(config: string): string | undefined {
  const lines = config.split('\n').map((line) => line.trim());
  const start = lines.indexOf('[remote "origin"]') + 1;
  if (start === 0) return undefined;
  const end = lines.findIndex((line, at) => at >= start && line.startsWith('['));
  const section = lines.slice(start, end < 0 ? undefined : end);
  const address = section.flatMap((line) => /^url\s*=\s*(\S{1,4096})$/.exec(line)?.[1] ?? [])[0];
  return address
    ?.replace(/\/+$/, '')
    .replace(/\.git$/, '')
    .split(/[/:]/)
    .slice(-2)
    .join('/');
}

function shaIn(value: string | undefined): string | undefined {
  return value !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : undefined;
}

const MAX_TEXT = 67_108_864;

/** '' for what is missing or no file: it only leaves a fact unknown. */
function text(path: string): string {
  return readGitFile(path, MAX_TEXT)?.toString() ?? '';
}
