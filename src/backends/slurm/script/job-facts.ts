import type { SlurmSite } from '../../../jobspec/job/sites.ts';
import type { RunPlan } from '../../../run/types/plan.ts';

import type { Bind } from './binds.ts';

/** An output of a run: where the job has it, and whether it is a folder that has to be there. */
export interface ScriptOutput {
  readonly path: string;
  readonly isFolder: boolean;
}

export interface JobScript {
  readonly run: RunPlan;
  readonly name: string;
  readonly image: string;
  readonly words: readonly string[];
  readonly outputs: readonly ScriptOutput[];
  readonly binds: readonly Bind[];
  readonly site: SlurmSite;
}
