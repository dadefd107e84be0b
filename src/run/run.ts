import type { Finding } from '../errors.ts';
import type { Measured } from '../fit/measured/measured.ts';
import type { InputFile, MountPoint } from '../jobspec/job/data.ts';
import type { BackendChoice, MetricsSource } from '../jobspec/job/job.ts';
import type { Nodes } from '../jobspec/job/nodes.ts';
import type { Resources } from '../jobspec/job/resources.ts';
import type { Retry } from '../jobspec/job/retry.ts';
import type { Digest, Image, Platform, Reference } from '../oci/types.ts';
import type { CodeLayer } from '../plan/plan.ts';
import type { MissingDependency } from './missing/dependency.ts';

export type Reason =
  | 'succeeded'
  | 'failed'
  | 'oom-host'
  | 'oom-gpu'
  | 'timeout'
  | 'queue-timeout'
  | 'cancelled'
  | 'interrupted'
  | 'no-capacity'
  | 'node-error'
  | 'image-pull'
  | 'preflight'
  | 'lost-contact'
  /** It goes on, and nobody waits for it. */
  | 'detached'
  | 'internal';

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
  readonly preflight?: 'warn' | 'off' | undefined;
  /** What the files of its image say of GPUs, where that was read. */
  readonly measured?: Measured | undefined;
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

/** Enough to find a run again, by name alone when the answer of the create call was lost. No secret in it. */
export interface Handle {
  /** As it was written, perhaps by another release: a name that is not known here names a run all the same. */
  readonly backend: string;
  readonly run: string;
  /** The remote name: `jobimg-<run id>`. */
  readonly name: string;
  readonly hash: Digest;
  /** What the backend itself adds: engine host, native id. */
  readonly native: Readonly<Record<string, string>>;
}

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

export interface Verdict {
  readonly reason: Reason;
  readonly exitCode?: number | undefined;
  /** One sentence, of ours or of the engine, for a person. */
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

export type RunEvent =
  /** It waits, and why. */
  | { readonly type: 'state'; readonly state: 'queued'; readonly detail: string }
  /** Its image is fetched: which one, or how far that is. */
  | { readonly type: 'state'; readonly state: 'pulling'; readonly detail: string }
  | { readonly type: 'state'; readonly state: 'started' }
  /** A finding of the backend, such as a fallback it took. */
  | { readonly type: 'note'; readonly message: string }
  /** `node`: of several, which other than the first; such a log is kept, and not shown. */
  | {
      readonly type: 'log';
      readonly stream: 'stdout' | 'stderr';
      readonly bytes: Uint8Array;
      readonly node?: number | undefined;
    }
  /** What a bar shows in a line that the log does not have yet; the log will have it, too. */
  | { readonly type: 'bar'; readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  /** There is no time to wait for its end: it stops by itself, and this of its handle leads whoever comes to the rest. */
  | { readonly type: 'left'; readonly verdict: Verdict; readonly native: Handle['native'] }
  /** `duration`: seconds from the start of the process to its end, by the clock of the machine it ran on. */
  | { readonly type: 'end'; readonly verdict: Verdict; readonly duration?: number | undefined };

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
