import type { Findings } from '../../findings.ts';
import { installFiles } from '../pip.ts';
import { type Dependencies, type DependencyContext, type DependencyKind, firstFile } from './kind/kind.ts';
import { fetchedByGit } from './kind/requirement.ts';
import { readRequirementsFile } from './kind/requirements-file.ts';

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
  const open = file.requirements.filter((requirement) => !/===?|@/.test(requirement));
  if (open.length > 0 && !file.hashes) {
    findings.notice(
      'open-versions',
      `${open.length} of ${file.requirements.length} requirements leave their version open: a rebuild may get another one`,
      {
        hint: 'pin them with "==", or commit a lock (uv.lock, or requirements.txt with hashes)',
        at: { file: path },
      },
    );
  }
  if (file.requirements.length === 0) return { files: [] };
  return {
    install: installFiles([path], { hashes: file.hashes }),
    open: file.hashes ? undefined : 'files',
    files: file.files,
    git: fetchedByGit(file.requirements),
  };
}
