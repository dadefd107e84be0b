import type { Capabilities } from '../../backends/types/row.ts';
import type { Finding } from '../../errors.ts';
import type { Job } from '../../jobspec/job/job.ts';
import { isClaim } from '../../jobspec/values/claim.ts';
import { outputsClaim } from '../../jobspec/values/outputs-to.ts';

/** A finding for every mount that the place of a job does not have, and for outputs that it cannot keep. */
export function claimProblems(
  {
    name,
    backend,
    mounts = [],
    outputs,
    origins,
  }: Pick<Job, 'name' | 'backend' | 'mounts' | 'outputs' | 'origins'>,
  { claims }: Capabilities,
): readonly Finding[] {
  const problem = (message: string, hint: string): Finding => ({
    level: 'error',
    code: 'mount',
    message,
    hint,
  });
  const wrong = mounts
    .filter(({ from }) => isClaim(from) !== claims)
    .map(({ from, location }) => ({
      ...(claims
        ? problem(
            `"${from}" is a folder of one machine, and the job ${name} runs on the nodes of a cluster`,
            'write a claim of the cluster, as in pvc:datasets/imagenet',
          )
        : problem(
            `"${from}" is a claim of a Kubernetes cluster, and the backend "${backend.name}" has none`,
            'write an absolute path of the machine, as in /data/imagenet',
          )),
      location,
    }));
  const claim = outputsClaim(outputs.to);
  if (claim === undefined || claims) return wrong;
  const refused = problem(
    `"${claim}" is a claim of a Kubernetes cluster, and the backend "${backend.name}" has none`,
    'leave "to" out: outputs come back to the folder of the run',
  );
  return [...wrong, { ...refused, location: origins.get('outputs.to') }];
}
