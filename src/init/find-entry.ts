import { join } from 'node:path/posix';
import type { Tree } from '../jobspec/file/tree.ts';
import { findDockerfileCommand } from './dockerfile-command.ts';
import type { Entry } from './entry.ts';
import { findDockerfile } from './image.ts';
import { findProjectScript } from './project-script.ts';

/** Where programs stand, in the order they are looked through. */
const FOLDERS = ['', 'src', 'scripts'];
const NAMES = ['train', 'main', 'run', 'app'];
/** Another name would have to be quoted for YAML and for a shell. */
const PROGRAM = /^\w[\w.-]*\.(?:py|sh)$/;
/** Programs of others: of tests, of an installer, of a notebook server. */
const OTHERS = /^(?:setup|conftest|test_.*|.*_test|__init__|noxfile|fabfile|tasks)\.py$/;
const MAIN = /^if\s+__name__\s*==\s*['"]__main__['"]/m;

/** Programs by their names first, then what the project or its Dockerfile starts, then what else could be one. */
export function findEntry(tree: Tree): Entry | undefined {
  return (
    firstOf(FOLDERS, (folder) => namedIn(folder, tree)) ??
    declared(tree) ??
    firstOf(FOLDERS, (folder) => likelyIn(folder, tree))
  );
}

function declared(tree: Tree): Entry | undefined {
  const dockerfile = findDockerfile(tree);
  return dockerfile === undefined ? findProjectScript(tree, NAMES) : findDockerfileCommand(dockerfile, tree);
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function programsIn(folder: string, tree: Tree): readonly string[] {
  return tree.list(folder).filter((name) => PROGRAM.test(name) && !OTHERS.test(name));
}

function namedIn(folder: string, tree: Tree): Entry | undefined {
  const programs = programsIn(folder, tree);
  const name = NAMES.flatMap((one) => [`${one}.py`, `${one}.sh`]).find((one) => programs.includes(one));
  return name === undefined ? undefined : entryAt(join(folder, name), 'its name', tree);
}

function likelyIn(folder: string, tree: Tree): Entry | undefined {
  const python = programsIn(folder, tree).filter((name) => name.endsWith('.py'));
  const started = python.find((name) => MAIN.test(tree.text(join(folder, name)) ?? ''));
  if (started !== undefined) return entryAt(join(folder, started), 'it is made to be started', tree);
  const [only, ...more] = python;
  if (only === undefined || more.length > 0) return undefined;
  return entryAt(join(folder, only), 'it is the only program there', tree);
}

function entryAt(path: string, why: string, tree: Tree): Entry {
  return { path, text: tree.text(path) ?? '', why };
}
