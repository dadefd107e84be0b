import type { Findings } from '../../../findings.ts';
import { TO_REGISTRY } from '../../../jobspec/values/outputs-to.ts';
import { printReference } from '../../../oci/reference.ts';
import type { Destination, JobPlan } from '../../../plan/plan.ts';
import type { Tools } from '../../../tools/tools.ts';

/**
 * Whoever may not push is told so before hours of work, whose outputs would stay on a machine that may be thrown away.
 * An image that is found needs no such right, so it is asked for here.
 */
export async function checkPushOfOutputs(
  jobs: readonly Pick<JobPlan, 'job'>[],
  destination: Destination,
  { registry, host }: Pick<Tools, 'registry' | 'host'>,
  findings: Findings,
): Promise<void> {
  const pushing = jobs.filter(({ job }) => job.outputs.to === TO_REGISTRY);
  if (pushing.length === 0 || destination.kind === 'engine') return;
  const name = printReference(destination.repository);
  const refused = await registry.pushRefusal(destination.repository);
  for (const { job } of refused === undefined ? [] : pushing)
    findings.error(
      'outputs',
      `the outputs of the job ${job.name} may not be pushed to ${name}: ${refused?.message}`,
      {
        hint: refused?.findings[0]?.hint ?? 'log in with the right to push',
        at: job.origins.get('outputs.to'),
      },
    );
  if (refused === undefined)
    host.info(
      `outputs are pushed to ${name}: whoever may read the image may read them, and of a public one that is everybody`,
    );
}
