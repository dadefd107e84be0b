import type { OutputFile } from '../evidence/outputs/packing.ts';
import type { RunPlan } from '../run/types/plan.ts';

/** Where the bytes of one run go on this machine. */
export interface RunFiles {
  /** The folder that collected outputs are put in, absolute; made when first asked for. */
  readonly folder: string;
  /** The log as it was written, but for secrets, up to a limit. `node`: of another node than the first, beside it. */
  writeLog(bytes: Uint8Array, node?: number): Promise<void>;
  closeLog(): Promise<string | undefined>;
  /** What an earlier process has begun is begun anew. */
  restart(): Promise<void>;
  /** Every collected output, sorted; throws for too many, and for a name that has the value of a secret in it. */
  outputs(run: RunPlan): Promise<readonly OutputFile[]>;
  /** The bytes of a collected file, relative to the folder. */
  read(path: string): AsyncIterable<Uint8Array>;
}
