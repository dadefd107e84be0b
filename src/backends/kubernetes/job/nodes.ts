import { severalNodes } from '../../../run/nodes/several.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { Job } from '../api/answers.ts';
import { ANNOTATION, jobName, LABEL } from './names.ts';
import { ownedBy } from './secrets.ts';

/** https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode */
export function completionsOf(run: RunPlan): object {
  const count = severalNodes(run)?.count;
  if (count === undefined) return { completions: 1, parallelism: 1 };
  return { completionMode: 'Indexed', completions: count, parallelism: count };
}

/** What the pods of several nodes have in common: a name in the DNS, and machines of their own where there are enough. */
export function togetherOf(run: RunPlan): object {
  if (severalNodes(run) === undefined) return {};
  return {
    subdomain: jobName(run),
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { [LABEL.run]: run.id } },
      },
    ],
  };
}

/** The folder of a node among those of the others; the controller of the Job sets the variable in each container. */
export const NODE_FOLDER = 'node-$(JOB_COMPLETION_INDEX)';

/** Variables that only the cluster can give; a spec cannot set them. */
export const OF_NODES: ReadonlySet<string> = new Set(['MASTER_ADDR', 'NODE_RANK', 'JOB_COMPLETION_INDEX']);

export function nodeVariables(run: RunPlan): readonly object[] {
  if (severalNodes(run) === undefined) return [];
  const name = jobName(run);
  return [
    { name: 'MASTER_ADDR', value: `${name}-0.${name}` },
    {
      name: 'NODE_RANK',
      valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${ANNOTATION.index}']` } },
    },
  ];
}

/**
 * What gives each pod its name in the DNS, also before it is ready; it goes away with the Job. It has no address of its
 * own and limits no port: https://kubernetes.io/docs/concepts/services-networking/service/#headless-services
 */
export function headlessService(
  run: RunPlan,
  job: Pick<Job['metadata'], 'name' | 'uid'>,
): object | undefined {
  if (severalNodes(run) === undefined) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: job.name, ...ownedBy({ metadata: job }, run) },
    spec: { clusterIP: 'None', publishNotReadyAddresses: true, selector: { [LABEL.run]: run.id } },
  };
}
