import { posix } from 'node:path';
import type { Findings } from '../../findings.ts';
import { installFiles, SOURCE_MOUNT } from '../pip.ts';
import { shellWord } from '../shell.ts';
import { type Dependencies, type DependencyContext, type DependencyKind, firstFile } from './kind/kind.ts';
import { fetchedByGit } from './kind/requirement.ts';
import {
  type RequirementsFile,
  readRequirementLines,
  readRequirementsFile,
} from './kind/requirements-file.ts';
import { writtenRequirements } from './kind/written-requirements.ts';
import { archiveNamed } from './requirements/archives.ts';

/** pip's own files. A `.lock` beside a `.txt` is what the same tools write with everything pinned. */
export const requirements: DependencyKind = {
  name: 'requirements.txt',
  lock: false,
  find: (context) => firstFile(context, ['requirements.lock', 'requirements.txt']),
  // Everything that no other kind knows: people name these files as they like.
  owns: () => true,
  read: (path, context, findings) =>
    findings.attempt({ file: path }, () => readFile(path, context, findings)),
};

function readFile(path: string, { tree }: DependencyContext, findings: Findings): Dependencies {
  const file = readRequirementsFile(path, tree, findings);
  noteOpenVersions(file, path, findings);
  if (file.requirements.length === 0) return { files: [] };
  const { files, archives, hashes } = file;
  return {
    install: installFiles([path], { hashes, local: archives.length > 0 }),
    open: hashes ? undefined : openOf(file),
    files: [...files, ...archives],
    git: fetchedByGit(file.requirements),
    variables: file.variables,
  };
}

/** Several files that are installed from at once. */
export function readFiles(
  paths: readonly string[],
  { tree }: DependencyContext,
  findings: Findings,
): Dependencies {
  const [first = ''] = paths;
  const lines = paths.map((path) => ({ text: `-r ${path}`, location: { file: '' } }));
  const file = readRequirementLines(lines, tree, findings);
  noteOpenVersions(file, first, findings);
  const written = paths.map((path) => `-r ${shellWord(posix.join(SOURCE_MOUNT, path))}`);
  return writtenRequirements(written, file);
}

function noteOpenVersions(
  { requirements, hashes }: RequirementsFile,
  path: string,
  findings: Findings,
): void {
  const open = requirements.filter(
    (requirement) => !/===?|@/.test(requirement) && archiveNamed(requirement) === undefined,
  );
  if (open.length === 0 || hashes) return;
  findings.notice(
    'open-versions',
    `${open.length} of ${requirements.length} requirements leave their version open: a rebuild may get another one`,
    {
      hint: 'pin them with "==", or commit a lock (uv.lock, or requirements.txt with hashes)',
      at: { file: path },
    },
  );
}

function openOf({ files, archives }: RequirementsFile): Dependencies['open'] {
  return archives.length === 0 ? 'files' : { requirements: [], files, archives };
}
