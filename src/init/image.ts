import type { Tree } from '../jobspec/file/tree.ts';
import { importedPackages, packagesOf } from '../recipe/dependencies/imports.ts';
import { DEPENDENCY_FILES } from './dependency-files.ts';
import type { Entry } from './entry.ts';

/** What the image of a job is made from. */
export interface ImageFound {
  /** Fields of `image`, as they are written. */
  readonly fields: string;
  readonly choice: string;
  readonly why: string;
  /** Texts that name packages, to look through. */
  readonly text: string;
}

const DOCKERFILES = ['Dockerfile', 'docker/Dockerfile', 'Containerfile'];

export function findDockerfile(tree: Tree): string | undefined {
  return DOCKERFILES.find((path) => tree.has(path));
}

export function findImage(entry: Entry | undefined, tree: Tree): ImageFound {
  const dockerfile = findDockerfile(tree);
  if (dockerfile !== undefined) {
    const text = tree.text(dockerfile) ?? '';
    return found(`dockerfile: ${dockerfile}`, dockerfile, 'your own Dockerfile', text);
  }
  const folder = entry?.path.includes('/') ? entry.path.slice(0, entry.path.lastIndexOf('/') + 1) : '';
  const paths = [...new Set(['', folder])].flatMap((prefix) => DEPENDENCY_FILES.map((name) => prefix + name));
  const file = paths.find((path) => tree.has(path));
  if (file === undefined) return withoutFile(entry, tree);
  return found(
    `requirements: ${file}${installed(entry)}`,
    file,
    'the file of dependencies',
    tree.text(file) ?? '',
  );
}

function installed(entry: Entry | undefined): string {
  return entry?.start !== undefined && 'install' in entry.start ? ', install: project' : '';
}

function withoutFile(entry: Entry | undefined, tree: Tree): ImageFound {
  const imports = entry?.path.endsWith('.py') ? importedPackages(entry.path, tree) : [];
  if (imports.length === 0)
    return found('requirements: none', 'Python alone', 'there is no file of dependencies', '');
  const list = packagesOf(imports).join(', ');
  const why = 'the program imports them, and there is no file of dependencies';
  return found(`packages: [${list}]`, list, why, list);
}

function found(fields: string, choice: string, why: string, text: string): ImageFound {
  return { fields, choice, why, text };
}
