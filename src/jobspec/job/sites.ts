/** What runs containers on the nodes of a cluster. */
export const CONTAINER_TOOLS = ['docker', 'podman', 'apptainer'] as const;
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

/** What the program of a place may be told, each in the place of `{{ name }}` in one of its words. */
export const PLACEHOLDERS = ['name', 'id', 'hash', 'image', 'plan', 'cursor', 'path', 'grace'] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

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

/** A command line of a place: a list of words, of which no shell reads any. */
export type Words = readonly string[];

/** What an operator says of a place that has a command line. */
export interface CommandSite {
  /** Variables of our environment that its programs get beside the usual ones. */
  readonly env: readonly string[];
  /** What a spec may say below `options`; a value in the place of `{{ options.NAME }}`, else this default. */
  readonly options: ReadonlyMap<string, string>;
  /** Seconds between two questions. */
  readonly every: number;
  readonly submit: { readonly run: Words; readonly id: Reading };
  readonly status: {
    readonly run: Words;
    readonly state: Reading;
    /** What the place says, and what that is in our words. */
    readonly states: ReadonlyMap<string, PlaceState>;
    readonly exitCode: Reading;
    readonly reason: Reading;
    readonly duration: Reading;
  };
  /** `whole`: the log comes from its beginning each time; the others: from `{{ cursor }}` on. */
  readonly logs?: { readonly run: Words; readonly cursor: 'whole' | 'bytes' | 'lines' } | undefined;
  readonly cancel: Words;
  /** Takes what is left of an ended run away; undefined: the place does so by itself. */
  readonly remove?: Words | undefined;
  /** Prints the tar of `{{ path }}`. */
  readonly outputs?: Words | undefined;
  /** Prints the runs that are there, each a line with the groups `name` and `id`. */
  readonly list?: { readonly run: Words; readonly pattern: RegExp } | undefined;
}
