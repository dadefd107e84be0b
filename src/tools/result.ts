import type { MergeCost } from '../cost/cost.ts';
import type { Finding } from '../errors.ts';
import type { EnsuredImage } from '../plan/ensured-image.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunPlan } from '../run/types/plan.ts';
import type { RunResult } from '../run/types/result.ts';

/** What the story ends with; an entry turns it into outputs, a summary, JSON and an exit code. */
export interface Result {
  readonly plan: Plan;
  /** By job name; a job whose image was not made is not in it. */
  readonly images: ReadonlyMap<string, EnsuredImage>;
  readonly runs: readonly RunResult[];
  readonly findings: readonly Finding[];
  /** Jobs that belong on another machine, and why this is not it. */
  readonly elsewhere?: ReadonlyMap<string, string> | undefined;
  /** Of a story that ended with the plan. */
  readonly preview?: Preview | undefined;
  /** What merging it costs, where that was asked. */
  readonly cost?: MergeCost | undefined;
}

/** What the store was found to hold of a job's plan; a field is undefined when nobody could know. */
export interface LookupResult {
  readonly environment?: boolean | undefined;
  readonly image?: boolean | undefined;
  /** Of the job image, when it is there. */
  readonly reference?: string | undefined;
}

/** What a plan would find and start, by job name. */
export interface Preview {
  readonly found: ReadonlyMap<string, LookupResult>;
  readonly runs: ReadonlyMap<string, readonly RunPlan[]>;
  /** Why an image that is not there would be built; empty when nothing was looked up. */
  readonly why: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
}
