import { installRequirements } from '../../pip.ts';
import type { Dependencies } from './kind.ts';
import { fetchedByGit } from './requirement.ts';
import type { RequirementsFile } from './requirements-file.ts';

/** Requirements that stand in the step itself, after what was read of them. */
export function writtenRequirements(
  written: readonly string[],
  { files, requirements, hashes, archives, variables }: RequirementsFile,
): Pick<Dependencies, 'install' | 'open' | 'files' | 'git' | 'variables'> {
  if (requirements.length === 0) return { files: [] };
  return {
    install: installRequirements(written, { local: archives.length > 0 }),
    open: hashes
      ? undefined
      : { requirements: written, files, ...(archives.length === 0 ? {} : { archives }) },
    files: [...files, ...archives],
    git: fetchedByGit(requirements),
    variables,
  };
}
