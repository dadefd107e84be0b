/** What the story asks of the world: small interfaces, types only. */
import type { BackendName } from './backends/names.ts';
import type { Finding, UserError } from './errors.ts';
import type {
  Blob,
  Descriptor,
  Digest,
  Image,
  ImageConfig,
  Layer,
  Manifest,
  Platform,
  Reference,
  Repository,
} from './oci/types.ts';
import type { BuildDisks } from './plan/disk.ts';
import type { Machine } from './plan/dispatch.ts';
import type { BuildPlan, CodeLayer, FileEntry } from './plan/plan.ts';
import type { Rights } from './plan/rights.ts';
import type { RunContext } from './plan/run-context.ts';
import type { FileSet, Tree } from './recipe/recipe.ts';
import type { Cleaner } from './run/log.ts';
import type { OwnerState } from './run/owner.ts';
import type { RunRecord } from './run/record.ts';
import type { Artifact, Handle, KeptContainer, RunEvent, RunPlan, RunResult } from './run/run.ts';
import type { RunState } from './run/standing.ts';
import type { UploadFailure } from './run/upload-failure.ts';
import type { BackendChoice } from './spec/job.ts';
import type { LayerEntry } from './verify/entry.ts';

/** The repository on this machine. */
export interface Source {
  readonly tree: Tree;
  /** The files of a set, sorted by path (byte order), each hashed; findings are for what was left out or looks wrong. */
  scan(
    files: FileSet,
  ): Promise<{ readonly entries: readonly FileEntry[]; readonly findings: readonly Finding[] }>;
  /** The layer as a gzip blob; its bytes depend on nothing but `layer`. Fails when a file changed since it was scanned. */
  pack(layer: CodeLayer): Promise<Layer>;
  /** No layer that was packed is read any more: what of them lies on the disk is removed. */
  release(): void;
  /** The same tar, uncompressed, for a container or a build context; entries of several layers in one. */
  tar(
    layers: readonly CodeLayer[],
    extra?: readonly { readonly path: string; readonly content: string }[],
  ): AsyncIterable<Uint8Array>;
}

/** An image as a registry holds it. */
export interface StoredImage extends Image {
  readonly annotations: ReadonlyMap<string, string>;
}

/** A parent image as far as a layer can be put on top of it: the platform's own manifest and config. */
export interface Parent {
  readonly image: Image;
  readonly manifest: Manifest;
  readonly config: ImageConfig;
}

export interface ImageBytes {
  readonly blobs: readonly Blob[];
  readonly manifest: Uint8Array;
  readonly mediaType: string;
}

/** undefined is "404, it is not there"; everything else that goes wrong is thrown. */
export interface Registry {
  /** Logs in while something else is done; a failure is told by the call that needs it. */
  prepare(repository: Repository): Promise<void>;
  /** The digest of the platform's own manifest; with `index`, of whatever the reference names. */
  resolve(reference: Reference, platform: Platform | 'index'): Promise<Digest | undefined>;
  /** The image behind a tag or digest with the id its annotations carry. */
  find(reference: Reference): Promise<StoredImage | undefined>;
  pull(image: Image): Promise<Parent>;
  /** The descriptor of an image, as an index holds it. */
  descriptorOf(image: Image): Promise<Descriptor>;
  /** The manifests that an index holds; undefined for an image of one platform. */
  indexManifests(image: Image): Promise<readonly Descriptor[] | undefined>;
  /** The bytes of a blob as they come; other bytes than its digest says end in an error. */
  blob(repository: Repository, blob: Descriptor): Promise<AsyncIterable<Uint8Array>>;
  /** Blobs that are missing, then one PUT of the manifest under the tag; `replaces` is written over, any other image is not. */
  push(to: Repository, image: ImageBytes, tag: string, replaces?: Digest): Promise<Pushed>;
  /** The manifest that stands under `from`, byte for byte, under another tag of the same repository. */
  retag(from: Image, tag: string, replaces?: Digest): Promise<Pushed>;
  /**
   * Why a push would be refused, asked by starting an upload; undefined: it is allowed. From then on, a tag there that
   * may not be read is one that does not exist.
   */
  pushRefusal(to: Repository): Promise<UserError | undefined>;
}

/** What stands under the tag now; `other` when somebody else's image was there first and was kept. */
export interface Pushed {
  readonly image: Image;
  readonly other?: Digest | undefined;
}

/** The name of our images in the local engine; `localhost` can never be pulled by accident. */
export const ENGINE_REPOSITORY = { registry: 'localhost', path: 'jobimg' } as const;

/** The local Docker engine as a store of images, and where builds without a registry go. */
export interface Engine {
  /** By tag and by the id that its label carries. */
  find(tag: string): Promise<{ readonly engineId: Digest; readonly id?: Digest | undefined } | undefined>;
  /** Of the machine that it runs on. */
  platform(): Promise<Platform>;
  /** Config of an image that is in the engine. */
  inspect(name: string): Promise<ImageConfig | undefined>;
}

/** Where images go. */
export type BuildTarget =
  | { readonly kind: 'registry'; readonly repository: Repository }
  | { readonly kind: 'engine' };

export interface BuildRequest {
  readonly plan: BuildPlan;
  readonly to:
    | { readonly kind: 'registry'; readonly repository: Repository; readonly tag: string }
    | { readonly kind: 'engine'; readonly tag: string };
  readonly id: Digest;
  readonly noCache: boolean;
}

export type Built =
  | {
      readonly kind: 'pushed';
      readonly repository: Repository;
      readonly digest: Digest;
      /** undefined for an index of several platforms. */
      readonly configDigest?: Digest | undefined;
    }
  | { readonly kind: 'loaded'; readonly engineId: Digest };

export interface Builder {
  /** Throws when the builder that images for this place are built with cannot run programs of one of the platforms. */
  check(plans: readonly BuildPlan[], to: BuildTarget): Promise<void>;
  /** Progress goes to the log as it comes; a failed step is a UserError of kind `build` with its last lines and origin. */
  build(request: BuildRequest): Promise<Built>;
  /** Removes a builder that was made by this process, with its cache, unless something else is built with it; whether it did. */
  release(): Promise<boolean>;
  /** Builds without a cache, for the files of the last stage alone, by path; no image is kept. */
  extract(plan: BuildPlan): Promise<ReadonlyMap<string, string>>;
}

/** Where images take room on this machine. */
export interface Storage {
  /** The disks that a build writes to; undefined where they are another machine's, or cannot be told. */
  disks(to: BuildTarget['kind']): Promise<BuildDisks | undefined>;
  /** Images that the builder has fetched before; undefined when it does not tell. */
  held(to: BuildTarget['kind']): Promise<ReadonlySet<Digest> | undefined>;
}

/** What came of copying the outputs of a run. */
export interface Collected {
  /** Paths of the files, relative to the folder, sorted: the first of them, and those that may hold metrics. */
  readonly files: readonly string[];
  /** How many there are beside those. */
  readonly more: number;
  readonly findings: readonly Finding[];
  /** Not everything could be copied: what is left of the run must stay. */
  readonly kept?: KeptContainer | undefined;
}

/** Where a run is executed. */
export interface Backend {
  /** Pure: the handle that finds this run again, before anything was started. */
  intentOf(run: RunPlan): Handle;
  /** Throws for what this place will refuse of the run, before anybody waits for an image. */
  check(run: RunPlan): Promise<void>;
  /** Idempotent by run id: resubmitting attaches. When the signal comes first, nothing is left of what was begun. */
  submit(run: RunPlan, intent: Handle, signal?: AbortSignal): Promise<Handle>;
  /**
   * Ends with an `end` event; log bytes exactly as the process wrote them, as far as the engine kept them. When `signal`
   * comes the run is stopped with its grace, and when `leaving` comes within it, the last event is `left`.
   */
  follow(handle: Handle, signal: AbortSignal, leaving?: AbortSignal): AsyncIterable<RunEvent>;
  /**
   * Copies the outputs of an ended run into the folder. The plan may be one that was read back from a record: another
   * process fetches them as well as the one that started the run. What the disk, the engine or a file refuses
   * is told, not thrown.
   */
  collect(handle: Handle, run: RunPlan, folder: string): Promise<Collected>;
  /** Stops and removes; may be called twice. */
  cancel(handle: Handle, grace: number): Promise<void>;
  /** Stops, and leaves it to be collected. */
  stop(handle: Handle, grace: number): Promise<void>;
  /** How a run stands, whoever started it, and what it was given for these secrets. */
  look(handle: Handle, secrets: readonly string[]): Promise<RunStatus>;
  /** Removes what is left of an ended run; false when that takes too long, and goes on without us. */
  clean(handle: Handle): Promise<boolean>;
  /** Every run that is there, in any state and whoever started it: for who has no record of it. */
  list(): Promise<readonly ListedRun[]>;
}

/** A run as the place itself knows it. */
export interface ListedRun {
  readonly handle: Handle;
  readonly job: string;
  readonly state: Exclude<RunState, 'absent'>;
  /** Whether its time is up, by the clock of the machine it runs on. */
  readonly overdue: boolean;
  /** Whether it was surely started from this machine: any other is not ours to remove. */
  readonly isOwn: boolean;
}

export interface RunStatus {
  readonly state: RunState;
  /** Whether its time is up, by the clock of the machine it runs on. */
  readonly overdue: boolean;
  readonly secrets: ReadonlyMap<string, string>;
}

/** A run that this machine does not know to be over. */
export interface KnownRun {
  readonly record: RunRecord;
  /** How the process is that follows it. */
  readonly owner: OwnerState;
  /** Whether its result is kept already. */
  readonly collected: boolean;
}

/** The runs of this machine, in files that outlive this process. */
export interface Runs {
  /** Before it is started, and again when more is known of it; the post step and later starts find it. */
  remember(run: RunPlan, handle: Handle): Promise<void>;
  /** Keeps how it ended, before anything of it is removed. */
  keep(result: RunResult, handle: Handle): Promise<void>;
  /** Nothing of it is left with the backend. */
  forget(handle: Handle): Promise<void>;
  list(): Promise<readonly KnownRun[]>;
  /** Makes a run of a process that is gone ours; false when another process was faster. */
  claim(run: string): Promise<boolean>;
  /** What ran it, and how it stands. What it was given for its secrets is hidden from now on. */
  open(record: RunRecord): Promise<{ readonly backend: Backend; readonly standing: RunStatus }>;
  /** Removes what is kept no longer, and what killed processes have left. */
  tidy(): Promise<void>;
}

/** The GitHub runner or a terminal. */
export interface Host {
  /** A phase of the story, and below it a line that says how it went: `outcomeOf` where "done" says too little. */
  group<T>(title: string, work: () => Promise<T>, outcomeOf?: (value: T, took: string) => string): Promise<T>;
  /** One line of ours. */
  info(line: string): void;
  /** A line of somebody else (build, container), already cleaned. */
  line(text: string): void;
  finding(finding: Finding): void;
  /** Values that nobody may show, for those who do not read them from here: later steps of the job. */
  mask(values: readonly string[]): void;
  /** A run is on its way, and over: for the post step, and for who leaves without waiting. */
  remember(handle: Handle): void;
  forget(handle: Handle): void;
  /** Aborted when the user or the runner wants to stop. */
  readonly cancelled: AbortSignal;
  /** Aborted when only moments are left: what still goes on is left to a process that comes after this one. */
  readonly leaving: AbortSignal;
  /** Milliseconds, monotonic. */
  now(): number;
}

/** Where the bytes of one run go on this machine. */
export interface RunFiles {
  /** The folder that collected outputs are put in, absolute; made when first asked for. */
  readonly folder: string;
  /** The log as it was written, but for secrets, up to a limit. */
  writeLog(bytes: Uint8Array): Promise<void>;
  closeLog(): Promise<string | undefined>;
  /** What an earlier process has begun is begun anew. */
  restart(): Promise<void>;
  /** The bytes of a collected file, relative to the folder. */
  read(path: string): AsyncIterable<Uint8Array>;
}

/** What became of the files of a folder that were to be kept. */
export type Upload =
  | {
      readonly kind: 'uploaded';
      readonly artifact: Artifact;
      /** Paths that it has under another name. */
      readonly renamed: readonly string[];
      /** What the client had to say, such as a file that was gone. */
      readonly remarks: readonly string[];
    }
  | { readonly kind: 'nothing-there' }
  | { readonly kind: 'failed'; readonly failure: UploadFailure };

/** Where files are kept when the step and its machine are gone. */
export interface Artifacts {
  /** What tells this job of a workflow from others of the same name; undefined where nobody says. */
  readonly workflowJob: string | undefined;
  /** All regular files below the folder as one artifact; never throws for what goes wrong outside. */
  upload(name: string, folder: string): Promise<Upload>;
}

/** What is known of the caller that no spec says. */
export interface Caller {
  readonly rights: Rights;
  /** Where `registry: auto` pushes to, when there is such a place. */
  readonly autoRegistry: Repository | undefined;
  /** The job of the workflow this is called from. */
  readonly workflowJob: string;
  /** The name of a job that the spec leaves unnamed. */
  readonly repositoryName: string;
  readonly run: Omit<RunContext, 'callerEnv' | 'startedAt'>;
  /** Seconds since 1970. */
  time(): number;
  /** Values of the step's or shell's environment, for `secrets` and `env: NAME: null`. */
  readonly env: ReadonlyMap<string, string>;
  /** CPUs of this machine: so many legs of a matrix run at once when nothing else is said. */
  readonly cpus: number;
  /** Whether this is a runner of GitHub's own, made for one job. */
  readonly hosted: boolean;
  /** Asked only when a spec says where it runs. */
  machine(): Promise<Machine>;
}

/** Everything the story asks of the world. */
export interface Tools {
  readonly host: Host;
  readonly source: Source;
  readonly registry: Registry;
  readonly engine: Engine;
  readonly builder: Builder;
  readonly storage: Storage;
  /** What is in a layer, from its compressed bytes. */
  layerEntries(bytes: AsyncIterable<Uint8Array>, mediaType: string): AsyncIterable<LayerEntry>;
  readonly caller: Caller;
  /** A backend that was given the values of the secrets a run names. */
  backend(choice: BackendChoice, secrets: ReadonlyMap<string, string>): Promise<Backend>;
  /** Whether its runs get the CPUs, GPUs and disks of this machine. */
  isHere(choice: BackendChoice): Promise<boolean>;
  /** What opens a shell beside a run, with the user's terminal, and gives its exit code; undefined: there is none. */
  terminal(backend: BackendName): ((handle: Handle) => Promise<number>) | undefined;
  files(run: Pick<RunPlan, 'id'>): RunFiles;
  readonly runs: Runs;
  /** Takes work that the result does not wait for, and that ends by itself; the process ends after it. */
  afterwards(work: Promise<void>): void;
  /** undefined: nobody asked for it. */
  readonly artifacts: Artifacts | undefined;
  /** A cleaner for one stream of foreign bytes; `keep` is told what of them may be kept. */
  cleaner(keep?: (bytes: Uint8Array) => void): Cleaner;
  /** A file of the caller's machine outside the repository, such as the defaults file. */
  readText(path: string): Promise<string | undefined>;
}
