import { posix } from 'node:path';
import type { Location } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import type { Tree } from '../../../jobspec/file/tree.ts';
import { SOURCE_MOUNT } from '../../pip.ts';
import { parseToml, readToml, type Toml } from '../../toml.ts';

/** A path of the repository, from one that a file of it names. */
export function besideOf(file: string, path: string): string {
  return posix.join(posix.dirname(file), path);
}

/** A wheel or archive of the repository, as pip finds it while the step runs. */
export function mountedRelease(path: string): string {
  return ` @ ${mountedUrl(path)}`;
}

/** Of a file or folder of the repository while a step runs. */
export function mountedUrl(path: string): string {
  return `file://${encodeURI(posix.join(SOURCE_MOUNT, path))}`;
}

/** Where a text stands in a file whose reader tells no lines. */
export function locationOf(file: string, text: string, wanted: string): Location {
  const line = text.split('\n').findIndex((one) => one.includes(wanted));
  return line < 0 ? { file } : { file, line: line + 1 };
}

/** A folder of the repository is code, which comes after the packages. */
export function refuseFolder(name: string, folder: string, location: Location, findings: Findings): void {
  findings.error(
    'local-requirement',
    `the package "${name}" of ${location.file} is the folder "${folder}", which is code, and is not in the image yet when packages are installed`,
    {
      hint: 'install it after the code: image: { setup: [pip install --no-deps ./folder] }, and leave it out of the lock',
      at: location,
    },
  );
}

/** A lock that says something else than the file it was made from would install what nobody asks for. */
export function refuseStale(lock: string, source: string, command: string, findings: Findings): void {
  findings.error('lock-stale', `${source} has changed since ${lock} was made from it`, {
    hint: `run "${command}" and commit the result`,
    at: { file: lock },
  });
}

/** A lock that is read in process, with the project that it was made from. */
export interface ProjectLock {
  readonly text: string;
  readonly lock: Toml;
  /** Path of the project's `pyproject.toml`. */
  readonly source: string;
  readonly project: Toml;
}

/** undefined when one of the two is not there; which one is reported. */
export function readProjectLock(path: string, tree: Tree, findings: Findings): ProjectLock | undefined {
  const text = tree.text(path);
  if (text === undefined) return missing(path, findings);
  const source = besideOf(path, 'pyproject.toml');
  const project = readToml(tree, source);
  if (project === undefined) return missing(source, findings);
  return { text, lock: parseToml(text, path), source, project };
}

export function missing(path: string, findings: Findings): undefined {
  findings.error('file-not-found', `"${path}" does not exist`, { hint: 'commit it, or name another file' });
}
