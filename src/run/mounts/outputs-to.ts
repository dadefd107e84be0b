import type { Finding } from '../../errors.ts';
import type { Job } from '../../jobspec/job/job.ts';
import { TO_REGISTRY } from '../../jobspec/values/outputs-to.ts';
import { printReference } from '../../oci/reference.ts';
import type { Destination, JobPlan } from '../../plan/plan.ts';

/** Why the outputs of a job cannot be put beside its image, as far as that is known before anybody connects. */
export function outputsProblem(
  { job, image }: Pick<JobPlan, 'job' | 'image'>,
  destination: Destination,
): readonly Finding[] {
  const { name, outputs } = job;
  if (outputs.to !== TO_REGISTRY) return [];
  if (destination.kind === 'engine')
    return [
      problem(
        job,
        `the outputs of the job ${name} are to be pushed beside its image, which is kept in the engine of this machine`,
        'give a registry that you may push to, such as "registry: ghcr.io/acme/train", or leave "to" out: outputs come back to the folder of the run',
      ),
    ];
  if (image.kind !== 'given') return [];
  const { registry, path } = image.reference;
  const { repository } = destination;
  if (registry === repository.registry && path === repository.path) return [];
  return [
    problem(
      job,
      `the outputs of the job ${name} are to be pushed beside its image, which is in ${printReference({ registry, path })}, and not in ${printReference(repository)}`,
      `use it as "image: { base: … }", or copy it to ${printReference(repository)}, or leave "to" out: outputs come back to the folder of the run`,
    ),
  ];
}

function problem({ origins }: Job, message: string, hint: string): Finding {
  return { level: 'error', code: 'outputs', message, hint, location: origins.get('outputs.to') };
}
