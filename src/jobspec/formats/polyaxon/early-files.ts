import { join } from 'node:path/posix';
import type { EarlyFile } from '../../job/job.ts';

/** Files that Polyaxon puts beside the steps of a build, the first of each group that there is. */
const GROUPS: readonly { readonly names: readonly string[]; readonly executable: boolean }[] = [
  { names: ['polyaxon_requirements.txt', 'requirements.txt'], executable: false },
  {
    names: ['polyaxon_conda_env.yaml', 'polyaxon_conda_env.yml', 'conda_env.yaml', 'conda_env.yml'],
    executable: false,
  },
  { names: ['polyaxon_setup.sh', 'setup.sh'], executable: true },
];

export function earlyFiles(folder: string | undefined): readonly EarlyFile[] {
  return GROUPS.map(({ names, executable }) => ({
    anyOf: names.map((name) => join(folder ?? '', name)),
    executable,
  }));
}
