import type { MeasuredPlatforms } from '../../fit/measured/platforms.ts';
import type { InputFile, MountPoint } from '../../jobspec/job/data.ts';
import type { BackendChoice, MetricsSource } from '../../jobspec/job/job.ts';
import type { Nodes } from '../../jobspec/job/nodes.ts';
import type { Preflight } from '../../jobspec/job/preflight.ts';
import type { Resources } from '../../jobspec/job/resources.ts';
import type { Retry } from '../../jobspec/job/retry.ts';
import type { Digest, Platform, Reference } from '../../oci/types.ts';
import type { CodeLayer } from '../../plan/plan.ts';
import type { EndedAttempt } from './attempt.ts';

/** Which combination of a matrix a run is. */
export interface RunLeg {
  readonly label: string;
  /** Of the matrix alone, as they were written. */
  readonly values: ReadonlyMap<string, string>;
  /** Of all legs at a time; undefined: as the machine allows. */
  readonly maxParallel?: number | undefined;
  /** Whether its failure ends the others. */
  readonly failFast: boolean;
}

/** A folder that outlives the container: a cache, or a checkpoint. */
export interface KeptFolder {
  /** As a person calls it. */
  readonly name: string;
  /** Absolute for a cache; a checkpoint's is relative to the work directory. */
  readonly path: string;
  /** 16 hex digits: who has the same finds the same folder, and nobody else does. */
  readonly key: string;
}

/** One execution of a job, ready for a backend. No secret value stands in it. */
export interface RunPlan {
  /** `[a-z0-9-]`, at most 52 characters. */
  readonly id: string;
  readonly family: string;
  /** Hash of everything below but id, attempt and deadline: a live run with another one is not ours to attach to. */
  readonly hash: Digest;
  readonly job: string;
  /** undefined: the job has no matrix. */
  readonly leg?: RunLeg | undefined;
  /** Of the workflow: how often it was run. */
  readonly attempt: number;
  /** How often `retry` has started it again; undefined: this is its first attempt. */
  readonly retries?: number | undefined;
  /** undefined: it is never started again. */
  readonly retry?: Retry | undefined;
  /** By digest, or an image ID of the local engine. */
  readonly image: Reference | { readonly engineId: Digest };
  /** What the image is for; undefined for an image by reference. */
  readonly platforms?: readonly Platform[] | undefined;
  readonly command: RunCommand;
  readonly env: ReadonlyMap<string, string>;
  /** For everybody who prints it, or keeps it. */
  readonly shown: ShownRun;
  /** Names; values are given when the backend is connected. */
  readonly secrets: readonly string[];
  readonly resources: Resources;
  /** What becomes of a GPU that does not go with the image; undefined: it is an error. */
  readonly preflight?: Exclude<Preflight, 'error'> | undefined;
  /** What the files of its image say of GPUs, where that was read. */
  readonly measured?: MeasuredPlatforms | undefined;
  /** undefined: one, and the job is told nothing of it. */
  readonly nodes?: Nodes | undefined;
  /** Number of the user that the image names, where it is known not to be root. */
  readonly user?: number | undefined;
  /** undefined: the image's own. */
  readonly workdir: string | undefined;
  /** Whether HOME of the image can be used; `/tmp` for an image by reference. */
  readonly home: string;
  readonly mount?: CodeLayer | undefined;
  readonly inputs?: readonly InputFile[] | undefined;
  readonly mounts?: readonly MountPoint[] | undefined;
  readonly caches?: readonly KeptFolder[] | undefined;
  /** Kept over all attempts of the run. */
  readonly checkpoint?: KeptFolder | undefined;
  /** Seconds. */
  readonly timeout: number;
  /** Seconds that it may wait to be started; undefined: as long as is the rule. */
  readonly queueTimeout?: number | undefined;
  /** Seconds. */
  readonly stopGrace: number;
  /** Relative to `outputsFrom`. */
  readonly outputs: readonly string[];
  /** An absolute folder; undefined: the work directory. */
  readonly outputsFrom?: string | undefined;
  /** `registry`: beside the image, too; `pvc:<name>/<path>`: in that claim alone; undefined: they come home. */
  readonly outputsTo?: string | undefined;
  readonly metrics: readonly MetricsSource[];
  readonly backend: BackendChoice;
  readonly labels: ReadonlyMap<string, string>;
  /** Whether it is left alone as soon as it is started. */
  readonly detached?: boolean | undefined;
  /** For its record, which says how a file was made: all parameters, as they are shown. */
  readonly params?: ReadonlyMap<string, string> | undefined;
  /** The commit of its code. */
  readonly commit?: string | undefined;
  /** The base of its image, by name and digest. */
  readonly base?: string | undefined;
  /** The attempts before this one. */
  readonly earlier?: readonly EndedAttempt[] | undefined;
}

/** What the spec says of a run, without values of the caller's environment: `{{ env.NAME }}` stands for each. */
export interface ShownRun {
  readonly command: RunCommand;
  readonly env: ReadonlyMap<string, string>;
  readonly outputs: readonly string[];
}

/** `shell` keeps both forms: an image without bash is started again with `sh -e -c`. */
export type RunCommand =
  | { readonly kind: 'shell'; readonly shell: 'bash' | 'sh'; readonly text: string }
  | { readonly kind: 'arguments'; readonly words: readonly string[] };
