import { join } from 'node:path/posix';
import type { Tree } from '../jobspec/file/tree.ts';

/** The program that a job most likely starts, and why it was taken. */
export interface EntryScript {
  readonly path: string;
  readonly text: string;
  readonly why: string;
}

/** Where programs stand, in the order they are looked through. */
const FOLDERS = ['', 'src', 'scripts'];
const NAMES = ['train', 'main', 'run', 'app'];
/** Another name would have to be quoted for YAML and for a shell. */
const PROGRAM = /^\w[\w.-]*\.(?:py|sh)$/;
/** Programs of others: of tests, of an installer, of a notebook server. */
const OTHERS = /^(?:setup|conftest|test_.*|.*_test|__init__|noxfile|fabfile|tasks)\.py$/;
const MAIN = /^if\s+__name__\s*==\s*['"]__main__['"]/m;

export function findEntry(tree: Tree): EntryScript | undefined {
  for (const folder of FOLDERS) {
    const found = entryIn(folder, tree);
    if (found !== undefined) return found;
  }
  return undefined;
}

function entryIn(folder: string, tree: Tree): EntryScript | undefined {
  const names = tree.list(folder).filter((name) => PROGRAM.test(name) && !OTHERS.test(name));
  const named = NAMES.flatMap((name) => [`${name}.py`, `${name}.sh`]).find((name) => names.includes(name));
  if (named !== undefined) return entryAt(join(folder, named), 'its name', tree);
  const python = names.filter((name) => name.endsWith('.py'));
  const started = python.find((name) => MAIN.test(tree.text(join(folder, name)) ?? ''));
  if (started !== undefined) return entryAt(join(folder, started), 'it is made to be started', tree);
  const [only, ...more] = python;
  if (only === undefined || more.length > 0) return undefined;
  return entryAt(join(folder, only), 'it is the only program there', tree);
}

function entryAt(path: string, why: string, tree: Tree): EntryScript {
  return { path, text: tree.text(path) ?? '', why };
}
