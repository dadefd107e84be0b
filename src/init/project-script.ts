import type { Tree } from '../jobspec/file/tree.ts';
import { readToml, type Toml } from '../recipe/toml.ts';
import type { Entry } from './entry.ts';

const FILE = 'pyproject.toml';
/** Another name would have to be quoted for YAML and for a shell. */
const PLAIN = /^[A-Za-z][A-Za-z0-9._-]*$/;

/** A command that the project has once it is installed: https://packaging.python.org/en/latest/specifications/entry-points/ */
export function findProjectScript(tree: Tree, names: readonly string[]): Entry | undefined {
  const scripts = tableOf(tree);
  const all = scripts?.keys().filter((name) => PLAIN.test(name)) ?? [];
  const name = names.find((one) => all.includes(one)) ?? all[0];
  if (scripts === undefined || name === undefined) return undefined;
  const path = modulePath(scripts.text(name) ?? '', tree);
  return {
    ...{ path: path ?? FILE, text: path === undefined ? '' : (tree.text(path) ?? '') },
    why: `"${name}" is a script of the project`,
    start: { run: name, install: true },
  };
}

function tableOf(tree: Tree): Toml | undefined {
  return readToml(tree, FILE)?.table('project', 'scripts');
}

/** `package.module:function` */
function modulePath(target: string, tree: Tree): string | undefined {
  const module = target.split(':')[0]?.trim().replaceAll('.', '/') ?? '';
  return ['', 'src/'].map((folder) => `${folder}${module}.py`).find((path) => tree.has(path));
}
