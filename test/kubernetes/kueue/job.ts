import type { KubernetesObject } from '../api.ts';
import { QUEUE_LABEL } from './definitions.ts';

export interface Job extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & {
    readonly creationTimestamp: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly suspend?: boolean;
    readonly parallelism?: number;
    readonly template: {
      readonly spec: {
        readonly containers: readonly { readonly resources?: { readonly limits?: Record<string, string> } }[];
      };
    };
  };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

export function queueOf(job: Job): string {
  return job.metadata.labels?.[QUEUE_LABEL] ?? '';
}

/** How many of a resource all pods of a job use at once. */
export function amountOf(job: Job, resource: string): number {
  const limits = job.spec.template.spec.containers.map(({ resources }) => resources?.limits?.[resource]);
  const ofPod = limits.reduce((sum, limit) => sum + Number(limit ?? 0), 0);
  return ofPod * (job.spec.parallelism ?? 1);
}

/** What its last condition says; undefined while it has not ended. */
export function endOf(
  job: Job,
): { readonly reason: 'Succeeded' | 'Failed'; readonly message: string } | undefined {
  const found = job.status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  if (!found) return undefined;
  return { reason: found.type === 'Complete' ? 'Succeeded' : 'Failed', message: found.message ?? '' };
}

/** The oldest first. */
export function byAge(left: Job, right: Job): number {
  const [a, b] = [left, right].map(({ metadata }) => `${metadata.creationTimestamp} ${metadata.name}`);
  return `${a}` < `${b}` ? -1 : 1;
}
