import { UserError } from '../../../errors.ts';
import { nearest } from '../../../jobspec/values/suggest.ts';
import { COMMAND_NAMES, COMMANDS, type CommandName } from './commands.ts';
import { flagsOf, OPTIONS, type OptionName } from './options.ts';

/** As commander says it. */
const UNKNOWN = /unknown (option|command) '([^']*)'/;

/** What commander refused, with the word that was perhaps meant, or the command that has the option. */
export function wrongWords(message: string, word: string | undefined): UserError {
  const [, kind, unknown = ''] = UNKNOWN.exec(message) ?? [];
  if (kind === 'command') return unknownCommand(unknown);
  const command = COMMAND_NAMES.find((name) => name === word);
  if (kind === 'option') return unknownOption(unknown, command);
  const help = command === undefined ? 'jobimg --help' : `jobimg ${command} --help`;
  return usage(message.replace(/^error: /, ''), `see ${help}`);
}

function unknownCommand(word: string): UserError {
  const near = nearest(word, COMMAND_NAMES);
  const hint = near === undefined ? 'see jobimg --help' : `did you mean jobimg ${near}?`;
  return usage(`jobimg has no command "${word}"`, hint);
}

function unknownOption(written: string, command: CommandName | undefined): UserError {
  const flag = written.replace(/=.*/s, '');
  const name = command === undefined ? 'jobimg' : `jobimg ${command}`;
  return usage(`${name} has no option "${flag}"`, `${adviceOn(flag, command)}; see ${name} --help`);
}

function adviceOn(flag: string, command: CommandName | undefined): string {
  const having = COMMAND_NAMES.filter((name) => flagsOfCommand(name).includes(flag));
  if (having.length > 0 && command === undefined)
    return `options follow the command: jobimg ${having[0]} ${flag}`;
  if (having.length > 0) return `it is an option of ${having.join(', ')}`;
  const own = command === undefined ? [] : flagsOfCommand(command);
  const near = nearest(flag, own) ?? nearest(flag, ALL_FLAGS);
  return near === undefined ? 'leave it out' : `did you mean ${near}?`;
}

const ALL_FLAGS = (Object.keys(OPTIONS) as OptionName[]).flatMap(flagsOf);

function flagsOfCommand(name: CommandName): readonly string[] {
  return [...COMMANDS[name].options.flatMap(flagsOf), '-h', '--help'];
}

function usage(message: string, hint: string): UserError {
  return new UserError(message, { kind: 'usage', hint });
}
