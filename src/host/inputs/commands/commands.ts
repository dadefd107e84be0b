import type { Inputs } from '../../../inputs/inputs.ts';
import type { OptionName } from './options.ts';

/** A command: help, the parser, shell completion and errors are made from it. */
export interface CommandRow {
  readonly description: string;
  /** As commander reads it: `<run>`, `[image]`, `<file...>`, and what it is. */
  readonly argument?: readonly [syntax: string, meaning: string];
  /** In the order of the help. */
  readonly options: readonly OptionName[];
  readonly examples: readonly string[];
}

export interface SpecRow extends CommandRow {
  readonly until: Inputs['until'];
}

/** What decides how a spec is read. */
const SPEC = ['directory', 'spec', 'strict', 'undefined', 'job', 'registry'] as const;
const VALUES = ['param', 'override', 'input', 'defaults', 'untrusted', 'json'] as const;
const READS = [...SPEC, ...VALUES] as const satisfies readonly OptionName[];
const BUILDS = [
  'offline',
  'tag',
  'builder',
  'cacheFrom',
  'cacheTo',
  'rebuild',
] as const satisfies readonly OptionName[];
/** What is asked about runs that are there. */
const RUNS = ['directory', 'backend', 'spec', 'defaults', 'json'] as const satisfies readonly OptionName[];

const RUN = ['<run>', 'the id of the run, or the beginning of it'] as const;

/** The commands that read a spec. */
export const SPEC_COMMANDS = {
  plan: {
    description: 'show what would be built and run, and why; nothing is built',
    until: 'plan',
    options: [...READS, 'offline', 'dockerfile'],
    examples: ['jobimg plan -C path/to/repository', 'jobimg plan --job train --dockerfile'],
  },
  check: {
    description: 'read the spec and report what is wrong with it; nothing is looked up or built',
    until: 'plan',
    options: [...READS, 'offline'],
    examples: ['jobimg check -C path/to/repository'],
  },
  explain: {
    description: 'show where every value of the job comes from; nothing is looked up',
    until: 'plan',
    options: READS,
    examples: ['jobimg explain --param lr=0.1'],
  },
  lock: {
    description: 'write jobimg.lock: digests of bases, versions and hashes of packages',
    until: 'plan',
    options: [...READS, 'offline', 'builder', 'cacheFrom', 'cacheTo', 'check'],
    examples: ['jobimg lock', 'jobimg lock --check'],
  },
  build: {
    description: 'find the image or build it',
    until: 'image',
    options: [...READS, ...BUILDS],
    examples: ['jobimg build --registry ghcr.io/acme/train'],
  },
  run: {
    description: 'find the image or build it, and run the job',
    until: 'run',
    options: [...READS, ...BUILDS, 'detach', 'here'],
    examples: ['jobimg run --registry none --param lr=0.1'],
  },
  verify: {
    description: 'build the image again without a cache, and compare it with what the registry holds',
    argument: [
      '[image]',
      'an image by digest, <repository>@sha256:…, with the bases that it names; without it, what the registry holds for this commit',
    ],
    until: 'image',
    options: [...READS, 'builder', 'into'],
    examples: [
      'jobimg verify --registry ghcr.io/acme/train',
      'jobimg verify ghcr.io/acme/train@sha256:<digest>',
    ],
  },
  shell: {
    description: "open a shell in the job's image, with its environment and GPU",
    until: 'image',
    options: [...READS, ...BUILDS],
    examples: ['jobimg shell --registry none'],
  },
} as const satisfies Readonly<Record<string, SpecRow>>;

/** The commands about runs that are there already, wherever they run. */
export const RUNS_COMMANDS = {
  ps: {
    description: 'list the runs of the backend, and those that this machine knows',
    options: RUNS,
    examples: ['jobimg ps --backend kubernetes'],
  },
  logs: {
    description: 'show the log of a run so far; nothing of it is fetched or ended',
    argument: RUN,
    options: [...RUNS, 'follow'],
    examples: ['jobimg logs --follow train-0f3a'],
  },
  attach: {
    description: "follow a run to its end, fetch its outputs, and exit with the job's code",
    argument: RUN,
    options: RUNS,
    examples: ['jobimg attach train-0f3a'],
  },
  cancel: {
    description: 'stop a run, wherever it is, with its grace, and fetch its outputs',
    argument: RUN,
    options: RUNS,
    examples: ['jobimg cancel train-0f3a'],
  },
  reap: {
    description: 'remove runs whose deadline has passed, whoever started them',
    options: [...RUNS, 'dryRun'],
    examples: ['jobimg reap --dry-run'],
  },
} as const satisfies Readonly<Record<string, CommandRow>>;

/** The commands about the machine or about files, which read no spec. */
export const OTHER_COMMANDS = {
  prune: {
    description: 'remove the builder that jobimg created on this machine, with its cache',
    options: [],
    examples: ['jobimg prune'],
  },
  stop: {
    description:
      'stop a run of this machine by its id, and collect its outputs; without an id, list the runs',
    argument: ['[run]', 'the id of the run'],
    options: [],
    examples: ['jobimg stop', 'jobimg stop train-0f3a'],
  },
  completion: {
    description: 'print what makes a shell complete commands, options and jobs',
    argument: ['<shell>', 'bash, zsh or fish'],
    options: ['directory', 'spec'],
    examples: ['jobimg completion bash'],
  },
  convert: {
    description:
      'write the jobimg.yml for a file or command line of another system, which is read and never run',
    argument: ['<file...>', 'the file; or the command line, as one text or behind "--"'],
    options: ['output', 'force'],
    examples: [
      'jobimg convert --output jobimg.yml train_flow.py',
      "jobimg convert -- cl run :src 'python src/train.py' --request-gpus 1",
    ],
  },
} as const satisfies Readonly<Record<string, CommandRow>>;

export type SpecCommand = keyof typeof SPEC_COMMANDS;
export type RunsCommand = keyof typeof RUNS_COMMANDS;
export type CommandName = SpecCommand | RunsCommand | keyof typeof OTHER_COMMANDS;

export const COMMANDS: Readonly<Record<CommandName, CommandRow>> = {
  ...SPEC_COMMANDS,
  ...RUNS_COMMANDS,
  ...OTHER_COMMANDS,
};

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];
