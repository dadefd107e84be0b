import type { Finding } from '../../errors.ts';
import type { Image } from '../../oci/types.ts';
import type { MissingDependency } from '../missing/dependency.ts';
import type { RunPlan } from './plan.ts';
import type { Verdict } from './verdict.ts';

/** Where a run was, as far as the place tells. */
export interface RunMachine {
  readonly name?: string | undefined;
  /** As in `linux/amd64`. */
  readonly platform?: string | undefined;
  readonly cpus?: number | undefined;
  /** Bytes. */
  readonly memory?: number | undefined;
  /** Those that the run was given; undefined: none, or nobody tells. */
  readonly gpus?: readonly string[] | undefined;
}

/** A container that stays, because outputs of its run are nowhere else. */
export interface KeptContainer {
  readonly name: string;
  /** What copies the outputs out of it, and then removes it; for a shell. */
  readonly commands: readonly string[];
}

export interface Metric {
  readonly name: string;
  /** The last value is the result, which may be NaN or infinite; earlier ones are the course, at most 1,000. */
  readonly values: readonly number[];
}

/** Where the files of a run are kept beyond its step. */
export interface Artifact {
  readonly name: string;
  readonly id: number;
  readonly url: string;
  /** Bytes, as they were packed. */
  readonly size: number;
}

/** A collected file. */
export interface HashedFile {
  /** Relative to the folder of the outputs. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
}

/** An attempt after which the run was started again. */
export interface EndedAttempt {
  readonly run: string;
  readonly verdict: Verdict;
  /** Seconds. */
  readonly duration: number;
}

export interface RunResult {
  /** Of its last attempt. */
  readonly run: RunPlan;
  /** Those before it that this process has seen; undefined: none. */
  readonly earlier?: readonly EndedAttempt[] | undefined;
  readonly verdict: Verdict;
  /** Seconds from container start to exit. */
  readonly duration: number;
  /** Collected files, relative to the outputs folder: the first of them. */
  readonly outputs: readonly string[];
  /** How many there are beside those; undefined: none. */
  readonly moreOutputs?: number | undefined;
  /** The artifact beside the image that has them; undefined: they are on this machine alone. */
  readonly outputsArtifact?: Image | undefined;
  /** Has outputs that could not be collected. */
  readonly kept?: KeptContainer | undefined;
  /** Where it ran; undefined: the place does not tell. */
  readonly machine?: RunMachine | undefined;
  /** Absolute path of the folder they were put in. */
  readonly outputsFolder?: string | undefined;
  readonly metrics: readonly Metric[];
  /** What of its metrics is missing or was not read. */
  readonly metricsFindings?: readonly Finding[] | undefined;
  /** What its log says that the image does not have; only of a run that failed. */
  readonly lacks?: readonly MissingDependency[] | undefined;
  /** The end of its log, cleaned; only of a run that did not succeed. */
  readonly lastLines?: readonly string[] | undefined;
  readonly logFile?: string | undefined;
  /** Of a run whose files were uploaded. */
  readonly artifact?: Artifact | undefined;
}
