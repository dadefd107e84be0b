import { Findings } from '../../findings.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import { readToml } from '../toml.ts';

const PROJECT = 'pyproject.toml';

/** What looks like a dependency file where none was found, and is not read. */
export function noteUnread(tree: Tree, names: readonly string[], findings: Findings): void {
  for (const found of tree.list('')) {
    const meant = names.find((name) => name !== found && name.toLowerCase() === found.toLowerCase());
    if (meant !== undefined) warnOfName(found, meant, findings);
  }
  for (const [file, lock, command] of WITHOUT_LOCK) {
    if (tree.has(file)) warnOfLock(file, lock, command, findings);
  }
  noteGroups(tree, findings);
}

/** Files of which the lock alone is read, what it is called, and what makes it. */
const WITHOUT_LOCK = [
  ['Pipfile', 'Pipfile.lock', 'pipenv lock'],
  ['pixi.toml', 'pixi.lock', 'pixi lock'],
] as const;

function warnOfLock(file: string, lock: string, command: string, findings: Findings): void {
  findings.warning('no-lock', `"${file}" is not read without ${lock}, and nothing of it is installed`, {
    hint: `run "${command}" and commit ${lock}`,
    at: { file },
  });
}

function warnOfName(found: string, meant: string, findings: Findings): void {
  findings.warning(
    'dependency-file-name',
    `"${found}" is not read: on Linux it is another name than "${meant}"`,
    {
      hint: `rename it to ${meant}, or write image: { requirements: ${found} }`,
      at: { file: found },
    },
  );
}

/** https://packaging.python.org/en/latest/specifications/dependency-groups/ */
function noteGroups(tree: Tree, findings: Findings): void {
  // What is wrong with the file was reported by the kind that reads it.
  const toml = new Findings().attempt(undefined, () => readToml(tree, PROJECT)?.table('dependency-groups'));
  const groups = toml?.keys();
  if (groups === undefined || groups.length === 0) return;
  findings.warning(
    'dependency-groups',
    `${PROJECT} has dependency groups alone (${groups.join(', ')}), and none of them is installed`,
    {
      hint: 'list what the job needs under "dependencies" of [project], or in a requirements.txt',
      at: { file: PROJECT },
    },
  );
}

/** The path that differs from one that is not there in its capital letters alone. */
export function otherSpelling(tree: Tree, path: string): string | undefined {
  const end = path.lastIndexOf('/');
  const [folder, name] = end < 0 ? ['', path] : [path.slice(0, end), path.slice(end + 1)];
  const found = tree.list(folder).find((one) => one !== name && one.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : `${path.slice(0, end + 1)}${found}`;
}
