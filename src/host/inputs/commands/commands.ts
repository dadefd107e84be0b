import { OTHER_COMMANDS, type OtherCommand } from './other-commands.ts';
import type { CommandRow } from './row.ts';
import { RUNS_COMMANDS, type RunsCommand } from './runs-commands.ts';
import { SPEC_COMMANDS, type SpecCommand } from './spec-commands.ts';

export type CommandName = SpecCommand | RunsCommand | OtherCommand;

/** In the order of the help. */
export const COMMANDS: Readonly<Record<CommandName, CommandRow>> = {
  ...SPEC_COMMANDS,
  ...RUNS_COMMANDS,
  ...OTHER_COMMANDS,
};

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];
