import type { OptionName } from './options.ts';
import type { CommandRow } from './row.ts';

/** What is asked about runs that are there. */
const RUNS = ['directory', 'backend', 'spec', 'defaults', 'json'] as const satisfies readonly OptionName[];

const RUN = ['<run>', 'the id of the run, or the beginning of it'] as const;

/** The commands about runs that are there already, wherever they run. */
export const RUNS_COMMANDS = {
  ps: {
    description: 'list the runs that the backend has now; those that have ended are told by "jobimg runs"',
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

export type RunsCommand = keyof typeof RUNS_COMMANDS;

export function isRunsCommand(name: string): name is RunsCommand {
  return Object.hasOwn(RUNS_COMMANDS, name);
}
