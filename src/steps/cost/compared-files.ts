import type { ComparedFile } from '../../cost/changes.ts';
import { LOCK_FILE } from '../../lock/lock.ts';
import type { JobPlan } from '../../plan/plan.ts';
import type { Baseline } from '../../tools/pull-requests/baseline.ts';
import type { Tools } from '../../tools/tools.ts';

/** The files that say which packages a job has: the lock of the repository, else those that its steps install from. */
export async function comparedFiles(
  { recipe: { environment } }: Pick<JobPlan, 'recipe'>,
  baseline: Baseline,
  { source: { tree } }: Pick<Tools, 'source'>,
): Promise<readonly ComparedFile[]> {
  const listed = environment?.files.kind === 'listed' ? environment.files.paths : [];
  const paths = tree.has(LOCK_FILE) ? [LOCK_FILE] : listed;
  return await Promise.all(
    paths.map(async (path) => ({
      path,
      before: await baseline.read(path),
      after: tree.text(path),
    })),
  );
}
