import type { Finding } from './errors.ts';
import type { Digest, Image } from './oci/types.ts';
import type { Plan } from './plan/plan.ts';
import type { RunPlan, RunResult } from './run/run.ts';

/** What the story ends with; an entry turns it into outputs, a summary, JSON and an exit code. */
export interface Result {
  readonly plan: Plan;
  /** By job name; a job whose image was not made is not in it. */
  readonly images: ReadonlyMap<string, EnsuredImage>;
  readonly runs: readonly RunResult[];
  readonly findings: readonly Finding[];
  /** Of a story that ended with the plan. */
  readonly preview?: Preview | undefined;
}

/** An image that can be started now. */
export interface EnsuredImage {
  readonly made: 'given' | 'found' | 'pushed' | 'built';
  /** Ready to pull: `registry/repository@sha256:…`; of the local engine: the image ID. */
  readonly reference: string;
  /** In a registry. */
  readonly image?: Image | undefined;
  /** In the local engine. */
  readonly engineId?: Digest | undefined;
  /** The content tag it stands under. */
  readonly tag?: string | undefined;
  /** undefined for an image by reference. */
  readonly environment?: EnsuredEnvironment | undefined;
  /** What was already there. */
  readonly cache: 'none' | 'environment' | 'image';
  /** Why it was built again, or that nothing changed: one sentence. */
  readonly why: string;
}

export interface EnsuredEnvironment {
  readonly made: 'found' | 'built';
  readonly reference: string;
  readonly tag?: string | undefined;
}

/** What the store was found to hold of a job's plan; a field is undefined when nobody could know. */
export interface LookupResult {
  readonly environment?: boolean | undefined;
  readonly image?: boolean | undefined;
  /** Of the job image, when it is there. */
  readonly reference?: string | undefined;
}

/** What a plan would find and start, both by job name. */
export interface Preview {
  readonly found: ReadonlyMap<string, LookupResult>;
  readonly runs: ReadonlyMap<string, readonly RunPlan[]>;
  readonly findings: readonly Finding[];
}
