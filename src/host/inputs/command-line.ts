import { type Command, CommanderError } from 'commander';
import { type Call, callOf, type Options } from './call.ts';
import { COMMAND_NAMES, COMMANDS, type CommandName } from './commands/commands.ts';
import { type OptionRow, optionRow } from './commands/options.ts';
import type { CommandRow } from './commands/row.ts';
import { isRunsCommand } from './commands/runs-commands.ts';
import { isSpecCommand } from './commands/spec-commands.ts';
import { wrongWords } from './commands/wrong-words.ts';

interface ArgumentsContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  write(text: string): void;
}

/** undefined after `--help` and `--version`; wrong words are a UserError of kind `usage`. */
export async function parseArguments(
  words: readonly string[],
  context: ArgumentsContext,
): Promise<Call | undefined> {
  const { Command } = await import('commander');
  let call: Call | undefined;
  const program = outputTo(new Command('jobimg'), context)
    .description('From a job spec to a finished run, on an image whose digest anyone can reproduce.')
    .version(context.version, '-V, --version', 'show the version')
    .helpCommand(false)
    .addHelpText('after', PROGRAM_END);
  for (const name of COMMAND_NAMES) {
    const command = addCommand(outputTo(program.command(name), context), name, COMMANDS[name]);
    command.action(() => {
      call = callOf(name, command.args, command.opts<Options>(), context);
    });
  }
  return (await isParsed(program, words)) ? call : undefined;
}

function addCommand(command: Command, name: CommandName, row: CommandRow): Command {
  command.helpGroup(groupOf(name)).description(row.description).addHelpText('after', endOfHelp(name, row));
  if (row.argument !== undefined) command.argument(...row.argument);
  for (const option of row.options) addOption(command, optionRow(option));
  return command;
}

/** In the order in which a newcomer needs them. */
function groupOf(name: CommandName): string {
  if (name === 'init' || isSpecCommand(name)) return 'A job and its image:';
  return isRunsCommand(name) || name === 'runs' || name === 'stop'
    ? 'Its runs:'
    : 'Images, files and this machine:';
}

function addOption(command: Command, { flags, meaning, repeated }: OptionRow): void {
  if (repeated === true) command.option(flags, meaning, collect, []);
  else command.option(flags, meaning);
}

function collect(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}

/** false after `--help` and `--version`. */
async function isParsed(program: Command, words: readonly string[]): Promise<boolean> {
  try {
    await program.parseAsync(words.length === 0 ? ['--help'] : [...words], { from: 'user' });
    return true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return false;
    throw wrongWords(error.message, words[0]);
  }
}

/** Lines that need no wrapping on a terminal of 80 columns. */
const PROGRAM_END = `
Options of a command: jobimg <command> --help

Exit codes:
  0    done
  1    your input is wrong: the spec, permissions, values
  2    wrong usage
  3    the build failed
  4    not available: the registry, the engine
  5    a bug
  130  cancelled
"run", "attach" and "shell" exit as the job or the shell did, and with 125
where the failure is none of theirs.`;

function endOfHelp(name: CommandName, { examples }: CommandRow): string {
  const title = examples.length === 1 ? 'Example' : 'Examples';
  const example = ['', `${title}:`, ...examples.map((line) => `  ${line}`)];
  return [...example, ...(EXITS_AS_RUN.has(name) ? ['', RUN_CODES] : [])].join('\n');
}

/** Commands whose exit code is that of what they started or followed. */
const EXITS_AS_RUN: ReadonlySet<string> = new Set(['run', 'attach', 'shell']);

const RUN_CODES =
  'Exit codes: that of the job or shell; 125 where it failed for another reason;\n130 cancelled.';

/** Whether every failure of ours has one code, so that it is not taken for one of the job's. */
export function exitsAsRun(word: string | undefined): boolean {
  return word !== undefined && EXITS_AS_RUN.has(word);
}

/** Commander's own text for a mistake is left out: it is told once, as every other finding is. */
function outputTo(command: Command, { write }: ArgumentsContext): Command {
  return (
    command
      .exitOverride()
      .showSuggestionAfterError(false)
      .helpOption('-h, --help', 'show this help')
      // An option that was not given has no value that a reader could use.
      .configureHelp({ optionDescription: ({ description }) => description })
      .configureOutput({ writeOut: write, writeErr: () => undefined })
  );
}
