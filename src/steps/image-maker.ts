import type { Finding } from '../errors.ts';
import type { JobPlan } from '../plan/plan.ts';
import type { EnsuredImage } from '../result.ts';

/** Makes the image of one job; jobs that share an environment share its making. */
export interface ImageMaker {
  ensure(job: JobPlan): Promise<EnsuredImage>;
  readonly findings: readonly Finding[];
}
