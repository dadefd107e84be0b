import type { Finding } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { Job } from '../../jobspec/job/job.ts';
import { detachProblems } from '../../run/detach/detach.ts';
import { runnerLimit } from '../../run/plan/runner-limit.ts';
import type { Tools } from '../../tools/tools.ts';

/** What ends a run that is followed from this runner together with it, and what comes of one that is detached. */
export async function runnerFindings(
  jobs: readonly Job[],
  { detach }: Pick<Inputs, 'detach'>,
  { caller: { hosted }, isHere }: Pick<Tools, 'caller' | 'isHere'>,
): Promise<readonly Finding[]> {
  if (!hosted && !detach) return [];
  const findings = await Promise.all(
    jobs.map(async (job) => {
      const where = { hosted, here: await isHere(job.backend) };
      return detach ? detachProblems(job, where) : runnerLimit(job, where);
    }),
  );
  return findings.flat();
}
