import type { Location } from '../../errors.ts';
import type { Platform, Reference } from '../../oci/types.ts';
import type { BackendName } from './backend-names.ts';
import type { Cache, InputFile, MountPoint } from './data.ts';
import type { Nodes } from './nodes.ts';
import type { Param, ParamDeclaration } from './param.ts';
import type { Template } from './placeholder.ts';
import type { Preflight } from './preflight.ts';
import type { Resources } from './resources.ts';
import type { Retry } from './retry.ts';

/** Where each value was written: 'image.build.0' → file, line, column. */
export type Origins = ReadonlyMap<string, Location>;

export type Command =
  | { readonly kind: 'shell'; readonly shell: 'bash' | 'sh'; readonly lines: readonly Template[] }
  | { readonly kind: 'arguments'; readonly words: readonly Template[] };

export interface SecretNeed {
  readonly name: string;
  readonly required: boolean;
  readonly description?: string | undefined;
}

export type CodeMode = 'layer' | 'mount' | 'none';

/** One shell text of `build` or `setup`. */
export interface StepSpec {
  readonly run: string;
  /** Names of build secrets that this step sees; all of the image's when the step does not say. */
  readonly secrets?: readonly string[] | undefined;
  readonly env: ReadonlyMap<string, string>;
  readonly origin?: Location | undefined;
}

export interface BuildSecret {
  readonly name: string;
  /** The variable that the step sees; undefined: only the file. */
  readonly env?: string | undefined;
  /** A file of the host whose contents are the value, instead of the environment. */
  readonly file?: string | undefined;
  /** Where the value is mounted; `/run/secrets/<name>` when undefined. */
  readonly target?: string | undefined;
}

/** Where packages come from, in place of any other index; its addresses hold no credentials. */
export interface PackageIndex {
  readonly url: string;
  readonly extra: readonly string[];
  /** `user:password` or a token, for the host of `url` and no other. */
  readonly secret?: BuildSecret | undefined;
}

export interface OwnDockerfile {
  readonly path: string;
  readonly target?: string | undefined;
  /** Relative to the repository; the Dockerfile's `COPY` sources are below it. */
  readonly context: string;
  readonly args: ReadonlyMap<string, string>;
}

/** How `jobimg.lock` is used. */
export type LockMode = 'required' | 'use' | 'off';

/** A file of the repository that stands in the work directory before the steps of `build`. */
export interface EarlyFile {
  /** Paths in the repository, of which the first that there is is taken. */
  readonly anyOf: readonly string[];
  readonly executable: boolean;
}

export interface BuiltImage {
  readonly kind: 'built';
  /** As it was written, before mirrors. */
  readonly base?: Reference | undefined;
  readonly dockerfile?: OwnDockerfile | undefined;
  readonly python?: string | undefined;
  readonly requirements: 'auto' | 'none' | readonly string[];
  readonly packages: readonly string[];
  /** undefined: what is found among the dependency files. */
  readonly conda?: 'none' | { readonly file: string } | { readonly specs: readonly string[] } | undefined;
  /** undefined: `apt.txt` when it exists. */
  readonly apt?: readonly string[] | undefined;
  readonly early?: readonly EarlyFile[] | undefined;
  readonly build: readonly StepSpec[];
  readonly setup: readonly StepSpec[];
  readonly install: 'none' | 'project';
  readonly env: ReadonlyMap<string, string>;
  /** Names of those whose values may use variables of the base, as `$NAME`; in our own format none does. */
  readonly inherits?: ReadonlySet<string> | undefined;
  readonly secrets: readonly BuildSecret[];
  readonly index?: PackageIndex | undefined;
  /** The token for dependencies that are fetched by git. */
  readonly git?: BuildSecret | undefined;
  /** Whether the caller's SSH agent is forwarded to the steps. */
  readonly ssh?: boolean | undefined;
  /** Whether packages do not see those of the base. */
  readonly isolated: boolean;
  /** `root`, a name, or `uid[:gid]`; undefined: uid 1000 `job`, or the own Dockerfile's user. */
  readonly user?: string | undefined;
  /** undefined: `/workspace`, or the own Dockerfile's. */
  readonly workdir?: string | undefined;
  readonly platforms: readonly Platform[];
  /** `auto`, `none`, or a version, `12.6`. */
  readonly cuda: string;
  readonly devel: 'auto' | 'none' | 'build' | 'runtime';
  readonly lang: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly compression: 'zstd' | 'gzip';
  readonly lock: LockMode;
}

export interface ReferencedImage {
  readonly kind: 'given';
  readonly reference: Reference;
  /** Where the code is put; undefined: `/workspace`. */
  readonly workdir?: string | undefined;
}

export interface RunsOn {
  readonly group?: string | undefined;
  readonly labels: readonly string[];
}

/** The choice of a backend and its own options, checked by its row in `backends/types/table.ts`. */
export interface BackendChoice {
  readonly name: BackendName;
  readonly options: Readonly<Record<string, unknown>>;
}

export type MetricsSource = { readonly path: string } | { readonly stdout: string };

/** One combination of a matrix, and what of the job is otherwise in it. */
export interface Leg {
  /** `lr=0.1, depth=3` */
  readonly label: string;
  /** Of the matrix alone, as they were written. */
  readonly values: ReadonlyMap<string, string>;
  /** All of them. */
  readonly params: ReadonlyMap<string, Param>;
  /** Of formats whose texts are rendered when they are read; undefined: the job's own. */
  readonly command?: Command | undefined;
  readonly env?: Job['env'] | undefined;
}

export interface Strategy {
  readonly legs: readonly Leg[];
  readonly maxParallel?: number | undefined;
  readonly failFast: boolean;
}

/** What a spec file says of one job, every default filled in; nothing here was learned from outside the file. */
export interface Job {
  readonly name: string;
  /** The spec's path in the repository. */
  readonly spec: string;
  /** Paths of the files that are laid over the spec. */
  readonly overlays?: readonly string[] | undefined;
  readonly format: string;
  readonly origins: Origins;
  readonly image: BuiltImage | ReferencedImage;
  readonly code: {
    readonly mode?: CodeMode | undefined;
    readonly include: readonly string[];
    /** The folder of the repository that the code is; undefined: all of it. */
    readonly folder?: string | undefined;
    /** A file with patterns as Git has them, which decides in place of `.dockerignore` when it is there. */
    readonly ignore?: string | undefined;
  };
  readonly command: Command;
  /** Those of a matrix are in its legs. */
  readonly params: ReadonlyMap<string, Param>;
  /** Those that the spec describes, be it without a value; undefined: none. */
  readonly declarations?: ReadonlyMap<string, ParamDeclaration> | undefined;
  /** undefined: one run. */
  readonly strategy?: Strategy | undefined;
  /** Run-time variables; undefined: must come from the caller. */
  readonly env: ReadonlyMap<string, Template | undefined>;
  readonly secrets: readonly SecretNeed[];
  readonly resources: Resources;
  /** undefined: one, and the job is told nothing of it. */
  readonly nodes?: Nodes | undefined;
  /** Seconds. */
  readonly timeout: number;
  /** Seconds that a run may wait to be started; undefined: as long as its backend lets it. */
  readonly queueTimeout?: number | undefined;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly stopGrace: number;
  /** undefined: never tried again. */
  readonly retry?: Retry | undefined;
  /** A folder that is kept over the attempts of a run, relative to the work directory; undefined: none. */
  readonly checkpoint?: string | undefined;
  readonly outputs: {
    readonly paths: readonly Template[];
    readonly declared: boolean;
    /** The absolute folder that the paths are below; undefined: the work directory. */
    readonly from?: string | undefined;
    /** `registry`: beside the image, too; `pvc:<name>/<path>`: in that claim alone; undefined: they come home. */
    readonly to?: string | undefined;
  };
  /** undefined: none. */
  readonly inputs?: readonly InputFile[] | undefined;
  /** undefined: none. */
  readonly mounts?: readonly MountPoint[] | undefined;
  /** undefined: none. */
  readonly caches?: readonly Cache[] | undefined;
  /** undefined: `outputs/metrics.json` or `metrics.json` when one appears. */
  readonly metrics?: MetricsSource | undefined;
  /** undefined: the machine the action runs on. */
  readonly runsOn?: RunsOn | undefined;
  readonly backend: BackendChoice;
  readonly preflight: Preflight;
}
