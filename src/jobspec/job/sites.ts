/** What runs containers on the nodes of a cluster. */
export const CONTAINER_TOOLS = ['docker', 'podman', 'apptainer', 'enroot'] as const;
export type ContainerTool = (typeof CONTAINER_TOOLS)[number];

/** What an operator says of a Slurm cluster; no spec can. */
export interface SlurmSite {
  /** `ssh://user@login`; undefined: its commands are on this machine. */
  readonly host?: string | undefined;
  /** A folder that login node and nodes share; undefined: `~/.jobimg`. */
  readonly folder?: string | undefined;
  readonly container: ContainerTool;
  /** Lines of a shell that come first, on the login node and in the job: modules, variables. */
  readonly setup: readonly string[];
}

/** What an operator says of a workflow of another repository, whose runners run jobs. */
export interface GithubSite {
  /** `owner/name` */
  readonly repository: string;
  /** Its file in `.github/workflows`. */
  readonly workflow: string;
  /** The branch or tag whose workflow runs. */
  readonly ref: string;
  /** The variable of our environment that has a token for it. */
  readonly tokenEnv: string;
  /** Of a server of its own; undefined: where this workflow runs, else GitHub. */
  readonly api?: string | undefined;
}

/** What the programs of a place may be told, each in the place of `{{ name }}` in one of their words. */
export const PLACEHOLDERS = [
  ...['name', 'id', 'hash', 'image', 'plan', 'cursor', 'path', 'grace'],
  ...['folder', 'argv', 'command', 'encoded', 'secrets', 'variables', 'source', 'read', 'item'],
] as const;

/** How one value is read from what a program prints; undefined: all of it, trimmed. */
export type Reading =
  | { readonly kind: 'json'; readonly path: readonly string[] }
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  | { readonly kind: 'exit-code' }
  | undefined;

/** How a run of a place stands, in our words; `ended` is one that its exit code decides. */
export const PLACE_STATES = [
  'queued',
  'pulling',
  'running',
  'ended',
  'succeeded',
  'failed',
  'cancelled',
  'timeout',
  'interrupted',
  'oom-host',
  'no-capacity',
  'node-error',
  'image-pull',
  'absent',
] as const;
export type PlaceState = (typeof PLACE_STATES)[number];

/** What a run may ask for, and a place may be unable to give. */
export const ABILITIES = [
  ...['secrets', 'outputs', 'timeout'],
  ...['gpus', 'gpu-names', 'gpu-memory', 'cpus', 'memory', 'disk', 'shm'],
] as const;
export type Ability = (typeof ABILITIES)[number];

/** What may stand behind a `|` in a placeholder: bytes in larger units, and a number as its text. */
export const TEMPLATE_FILTERS = ['mib', 'gib', 'text'] as const;
export type TemplateFilter = (typeof TEMPLATE_FILTERS)[number];

/**
 * A value with `{{ … }}` in it. A map of `each` and `put` is a list with one item for each that there is, and one of
 * `if` and `put` is there only where something is, else what `else` says.
 */
export type Template =
  | string
  | number
  | boolean
  | null
  | readonly Template[]
  | { readonly [key: string]: Template };

/** A command line of a place: a list of words, of which no shell reads any. */
export type Words = readonly Template[];

/** What we do around the command of a run, inside its container, where the place does not. */
export interface Wrap {
  /** The last line of the log tells the exit code. */
  readonly trailer: boolean;
  /** The command is ended at its time limit. */
  readonly timeout: boolean;
  /** Variables are set for it. */
  readonly env: boolean;
  /** A folder of the container that the place keeps: outputs are copied there. */
  readonly outputs?: string | undefined;
}

/** A log that comes in pages of JSON, each with its lines and the cursor of the next one; the last one repeats its own. */
export interface PagedLog {
  readonly lines: readonly string[];
  readonly next: readonly string[];
}

/** How the runs that are there are found in what a program prints. */
export type Listing =
  /** Each a line with the groups `name` and `id`; without the first, the program was asked for the name. */
  | { readonly kind: 'lines'; readonly pattern: RegExp }
  /** Items of a list in JSON. */
  | {
      readonly kind: 'json';
      readonly items: readonly string[];
      readonly name: readonly string[];
      readonly id: readonly string[];
    };

/** What an operator says of a place that has a command line. */
export interface CommandSite {
  /** Variables of our environment that its programs get beside the usual ones. */
  readonly env: readonly string[];
  /** Names of variables that the operator has added to those of a preset: `{{ variables }}`. */
  readonly ownVariables: readonly string[];
  /** Variables that its programs get with these values. */
  readonly variables: ReadonlyMap<string, string>;
  /** What a spec may say below `options`; a value in the place of `{{ options.NAME }}`, else this default. */
  readonly options: ReadonlyMap<string, string>;
  /** Options without which nothing is submitted. */
  readonly required: readonly string[];
  /** What a spec may give for an option; anything without it. */
  readonly allowed: ReadonlyMap<string, RegExp>;
  /** What the place cannot do, and what to do instead: a run that asks for it is refused. */
  readonly refuses: ReadonlyMap<Ability, string>;
  /** What is said to a run that asks for it, and goes on without it. */
  readonly ignores: ReadonlyMap<Ability, string>;
  /** Seconds between two questions. */
  readonly every: number;
  readonly wrap: Wrap;
  readonly submit: {
    readonly run: Words;
    readonly id: Reading;
    /** Command lines that come first. */
    readonly before: readonly Words[];
    /** Files of a folder that is there while they run: texts, or values that are written as JSON. */
    readonly files: ReadonlyMap<string, Template>;
    /** Whether the programs get the values of secrets as variables. */
    readonly secretsInEnv: boolean;
    /** What a program says of a failure after which it is tried again. */
    readonly retry?: RegExp | undefined;
  };
  readonly status: {
    readonly run: Words;
    /** The program prints a list in JSON, and the run is the item with its id at `id`. */
    readonly item?: { readonly items: readonly string[]; readonly id: readonly string[] } | undefined;
    readonly state: Reading;
    /** What the place says, and what that is in our words. */
    readonly states: ReadonlyMap<string, PlaceState>;
    /** What a program says that fails because there is no such run. */
    readonly absent?: RegExp | undefined;
    readonly exitCode: Reading;
    readonly reason: Reading;
    readonly duration: Reading;
    /** When it began and ended, for a place that tells no duration: dates, or milliseconds since 1970. */
    readonly times?: { readonly started: readonly string[]; readonly ended: readonly string[] } | undefined;
  };
  /** `whole`: the log comes from its beginning each time; the others: from `{{ cursor }}` on. */
  readonly logs?:
    | {
        readonly run: Words;
        /** Comes first; what is read of its answer is `{{ read.NAME }}`. */
        readonly before?: { readonly run: Words; readonly read: ReadonlyMap<string, Reading> } | undefined;
        readonly cursor: 'whole' | 'bytes' | 'lines' | PagedLog;
        /** How the program may end when it has shown the log. */
        readonly exitCodes: readonly number[];
        /** What the program puts before each line, or between them. */
        readonly strip?: RegExp | undefined;
      }
    | undefined;
  readonly cancel: Words;
  /** Takes what is left of an ended run away; undefined: the place does so by itself. */
  readonly remove?:
    | {
        readonly run: Words;
        /** Lists in JSON what there is to remove; `run` is started once for each, whose `id` is `{{ item }}`. */
        readonly list?:
          | { readonly run: Words; readonly items: readonly string[]; readonly id: readonly string[] }
          | undefined;
      }
    | undefined;
  readonly outputs?:
    | {
        readonly run: Words;
        /** It writes files into `{{ folder }}`; otherwise it prints the tar of `{{ path }}`, or of `{{ source }}`. */
        readonly into: 'tar' | 'folder';
        /** What it says that fails because there is no such file. */
        readonly absent?: RegExp | undefined;
        /** Where in that folder they begin. */
        readonly below?: string | undefined;
      }
    | undefined;
  readonly list?: { readonly run: Words; readonly listing: Listing } | undefined;
}
