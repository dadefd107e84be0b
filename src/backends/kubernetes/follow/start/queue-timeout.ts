import type { LaunchFailure } from '../../../../run/reason.ts';
import type { Job } from '../../api/answers.ts';
import { type Cluster, serverTime, type Target } from '../../job/cluster.ts';
import { keptPlanIn } from '../../job/job.ts';
import { removeJob } from '../../job/remove.ts';

/** How long a run may wait in the cluster, counted from when its Job was made, whoever follows it. */
export class QueueTimeout {
  readonly #target: Target;
  readonly #cluster: Cluster;
  /** By our clock. */
  #end: number | undefined;

  constructor(target: Target, cluster: Cluster) {
    this.#target = target;
    this.#cluster = cluster;
  }

  /** What ends the run when its time is up; nothing is left of it then. */
  async check(job: Job | undefined, detail: string): Promise<LaunchFailure | undefined> {
    const limit = keptPlanIn(job)?.['queue-timeout'];
    const { clock } = this.#cluster;
    if (job === undefined || limit === undefined) return undefined;
    this.#end ??= clock.now() + limit * 1_000 - (await waitedFor(job, this.#cluster));
    if (clock.now() < this.#end) return undefined;
    await removeJob(this.#target, this.#cluster);
    return {
      reason: 'queue-timeout',
      detail: `it was not started within ${limit} s: ${detail}`,
      hint: 'raise "queue-timeout" in the spec, or ask for less',
    };
  }
}

/** Milliseconds, by the server's own clock. */
async function waitedFor({ metadata }: Job, cluster: Cluster): Promise<number> {
  const made = Date.parse(metadata.creationTimestamp ?? '');
  return Number.isNaN(made) ? 0 : Math.max(0, (await serverTime(cluster)) - made);
}
