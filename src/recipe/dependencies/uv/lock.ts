import { posix } from 'node:path';
import type { Findings } from '../../../findings.ts';
import { uvDownloads } from '../../downloads/uv-lock.ts';
import { normalizedName } from '../../packages/project-name.ts';
import { SOURCE_MOUNT } from '../../pip.ts';
import { shellWord } from '../../shell.ts';
import { readToml, type Toml } from '../../toml.ts';
import { type Dependencies, type DependencyContext, lockKind } from '../kind/kind.ts';
import { missing } from '../kind/project-files.ts';
import { UV_SYNC, uvText } from './uv.ts';

/** https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile, installed by uv itself: it alone reads it whole. */
export const uvLock = lockKind('uv.lock', readLock);

function readLock(path: string, { tree }: DependencyContext, findings: Findings): Dependencies | undefined {
  const lock = readToml(tree, path);
  if (lock === undefined) return missing(path, findings);
  const folder = posix.dirname(path);
  const project = posix.join(folder, 'pyproject.toml');
  const metadata = readToml(tree, project);
  if (metadata === undefined) return missing(project, findings);

  const packages = lock.tables('package');
  const local = localFiles(lock, packages, path, findings);
  noteMembers(membersNeeded(lock, packages, metadata.text('project', 'name') ?? ''), path, findings);
  const specifiers = lock.text('requires-python') ?? metadata.text('project', 'requires-python');
  return {
    install: installText(posix.join(SOURCE_MOUNT, folder)),
    files: [path, project, ...local.map((file) => posix.join(folder, file))],
    python: specifiers === undefined ? undefined : { specifiers, file: project },
    downloads: uvDownloads(lock),
    git: packages.find((one) => one.has('source', 'git'))?.text('name'),
  };
}

/** Members of the workspace are code, and not installed; a folder beside them cannot be. */
function localFiles(
  lock: Toml,
  packages: readonly Toml[],
  path: string,
  findings: Findings,
): readonly string[] {
  const members = lock.texts('manifest', 'members') ?? [];
  return packages.flatMap((one) => {
    const name = one.text('name') ?? '';
    const folder = folderOf(one);
    if (folder !== undefined && folder !== '.' && !members.includes(name))
      refuse(name, folder, path, findings);
    const file = one.text('source', 'path');
    return file === undefined ? [] : [file];
  });
}

function folderOf(one: Toml): string | undefined {
  return one.text('source', 'directory') ?? one.text('source', 'editable') ?? one.text('source', 'virtual');
}

/** Folders of members that the project needs, itself or through others; no package from elsewhere needs one. */
function membersNeeded(lock: Toml, packages: readonly Toml[], project: string): readonly string[] {
  const members = new Set(lock.texts('manifest', 'members'));
  const own = packages.filter((one) => members.has(one.text('name') ?? ''));
  const needed = new Set([normalizedName(project)]);
  for (const name of needed) {
    const needs = own.filter((one) => one.text('name') === name).flatMap((one) => one.tables('dependencies'));
    for (const need of needs) needed.add(need.text('name') ?? '');
  }
  return own.flatMap((one) => {
    const folder = needed.has(one.text('name') ?? '') ? folderOf(one) : undefined;
    return folder === undefined || folder === '.' ? [] : [folder];
  });
}

function noteMembers(folders: readonly string[], path: string, findings: Findings): void {
  if (folders.length === 0) return;
  const installed = folders.map((folder) => installWord(folder, path)).join(' ');
  findings.notice(
    'workspace-members',
    `members of the workspace that the project needs are code, and are not installed: ${folders.map((folder) => `"${folder}"`).join(', ')}`,
    {
      hint: `where the project imports them by name, install them after the code: image: { setup: [pip install --no-deps ${installed}] }`,
      at: { file: path },
    },
  );
}

/** Folders of a lock are relative to it, and commands begin in the root of the repository. */
function installWord(folder: string, path: string): string {
  return shellWord(`./${posix.join(posix.dirname(path), folder)}`);
}

function refuse(name: string, folder: string, path: string, findings: Findings): void {
  findings.error(
    'local-requirement',
    `the package "${name}" of ${path} is the folder "${folder}", which is code, and is not in the image yet when packages are installed`,
    {
      hint: `make it a member of the workspace, and install it after the code: image: { setup: [pip install --no-deps ${installWord(folder, path)}] }`,
      at: { file: path },
    },
  );
}

/** Not `uv sync` alone: what the base and later steps install stays, and nothing of the project itself comes in. */
function installText(project: string): string {
  const sync = `--project ${shellWord(project)} --frozen --inexact --no-dev --no-editable --no-install-workspace`;
  return uvText([`${UV_SYNC} ${sync} --link-mode=copy`]);
}
