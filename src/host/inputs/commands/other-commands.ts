import type { CommandRow } from './row.ts';

/** The commands about the machine or about files, which read no spec. */
export const OTHER_COMMANDS = {
  init: {
    description:
      'look at a repository and write its first jobimg.yml, with comments; nothing is run, and no file is written over',
    options: ['directory'],
    examples: ['jobimg init', 'jobimg init -C path/to/repository'],
  },
  stop: {
    description:
      'stop a run of this machine by its id, and collect its outputs; without an id, list the runs',
    argument: ['[run]', 'the id of the run'],
    options: ['defaults'],
    examples: ['jobimg stop', 'jobimg stop train-0f3a'],
  },
  prune: {
    description:
      'remove what this machine needs no more: the builder that jobimg created, with its cache, images that no run needs, and with one of the first two options old runs; never the last run of a job. With --registry, tags of that repository that nothing needs, and nothing else',
    options: ['olderThan', 'keep', 'inRegistry', 'dryRun'],
    examples: [
      'jobimg prune --older-than 30d --keep 5 --dry-run',
      'jobimg prune --registry ghcr.io/acme/train --dry-run',
    ],
  },
  runs: {
    description:
      'list the runs that this machine has records of, those that have ended too; name two or more to compare them. What is running anywhere now is told by "jobimg ps"',
    argument: ['[run...]', 'ids, the beginnings of ids, names of folders, or "latest"'],
    options: ['ofJob', 'status', 'since', 'withParam', 'html', 'json'],
    examples: [
      'jobimg runs --job train --since 7d',
      'jobimg runs train-0f3a train-77ab',
      'jobimg runs --param lr=0.1 --html report.html',
    ],
  },
  pull: {
    description:
      'bring back the outputs that a run has pushed to its registry with "outputs: { to: registry }", whole or not at all',
    argument: [
      '<run>',
      'the id of a run of this machine, or with --registry of any; or <repository>@sha256:… of the outputs, of a record or of an image',
    ],
    options: ['to', 'inRegistry', 'json'],
    examples: [
      'jobimg pull train-0f3a',
      'jobimg pull train-0f3a --registry ghcr.io/acme/train --to results',
      'jobimg pull ghcr.io/acme/train@sha256:<digest>',
    ],
  },
  fit: {
    description:
      'tell whether an image runs on a GPU, from what its registry says of it; nothing is pulled without --measure',
    argument: ['<image>', 'an image by reference'],
    options: ['gpu', 'driver', 'measure', 'data', 'json'],
    examples: [
      'jobimg fit ghcr.io/acme/train:latest',
      'jobimg fit --gpu V100 --driver 535 ghcr.io/acme/train:latest',
      'jobimg fit --measure --gpu L40S ghcr.io/acme/train:latest',
    ],
  },
  sbom: {
    description:
      'write to stdout what packages an image has, in SPDX; all of its layers are read, and nothing runs',
    argument: ['<image>', 'an image in a registry, such as ghcr.io/acme/train@sha256:…'],
    options: [],
    examples: ['jobimg sbom ghcr.io/acme/train:latest'],
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

export type OtherCommand = keyof typeof OTHER_COMMANDS;
