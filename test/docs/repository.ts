import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** Paths of the files of a folder that end so, relative to the repository. */
export function filesOf(folder: string, end: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(end))
    .map((path) => join(folder, path))
    .toSorted();
}

/** The action, and those in folders of their own. */
export const ACTIONS: readonly string[] = [
  'action.yml',
  'attach/action.yml',
  'comment/action.yml',
  'lock/action.yml',
  'reap/action.yml',
  'run/action.yml',
  'verify/action.yml',
];

export const DOCUMENTS: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...ACTIONS.filter((path) => path !== 'action.yml').map((path) => path.replace('action.yml', 'README.md')),
  ...filesOf('docs', '.md'),
];

export const WORKFLOWS: readonly string[] = [
  ...filesOf('.github/workflows', '.yml'),
  ...filesOf('examples/workflows', '.yml'),
];
