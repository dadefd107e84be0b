import { isAbsolute, relative, resolve } from 'node:path';
import type { Finding } from '../errors.ts';

/** Where findings are told: their places are relative to `folder`, and those of a workflow to `root`. */
export interface Folders {
  /** The root of the repository, absolute. */
  readonly root: string;
  /** What the action works in, absolute. */
  readonly folder: string;
}

/** What a root is found by. */
export interface WorkspacePaths {
  /** `GITHUB_WORKSPACE` */
  readonly workspace: string;
  /** `GITHUB_REPOSITORY` */
  readonly repository: string | undefined;
  readonly checkout: { readonly root?: string | undefined; readonly origin?: string | undefined };
}

/**
 * The folder that paths of a pull request are relative to: the workspace, or the folder in it that the same repository
 * is checked out into. That of another repository is not: its files would be taken for files of this one.
 */
export function repositoryRoot({ workspace, repository, checkout }: WorkspacePaths): string {
  const { root, origin } = checkout;
  if (root === undefined || isOutside(workspace, root)) return workspace;
  const isSame = repository !== undefined && origin?.toLowerCase() === repository.toLowerCase();
  return isSame ? root : workspace;
}

/**
 * A finding with its place as the repository has it; a file outside of it by its whole path. A value that the workflow
 * gave stands in no file, and the input is named instead.
 */
export function placed(finding: Finding, { root, folder }: Folders): Finding {
  const { location, message } = finding;
  if (location === undefined) return finding;
  if (location.isInput) {
    return { ...finding, message: `input \`${location.file}\`: ${message}`, location: undefined };
  }
  const path = resolve(folder, location.file);
  return { ...finding, location: { ...location, file: isOutside(root, path) ? path : relative(root, path) } };
}

function isOutside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '..' || way.startsWith('../') || isAbsolute(way);
}
