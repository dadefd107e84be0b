import type { Finding, Location } from '../../../../errors.ts';
import { ShellLexer, type ShellPlace } from '../../../template/shell-place.ts';
import { suggestion } from '../../../values/suggest.ts';
import { argumentsOf, type Parameter, valueText } from '../parameters/parameter.ts';
import { shellQuote } from '../parameters/python.ts';
import type { Values } from '../parameters/values.ts';

/** Linux takes no longer argument. */
const MAX_LENGTH = 128 * 1024 - 1;

export interface CommandSource {
  /** One or more shell texts with placeholders in single braces. */
  readonly commands: readonly string[];
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly sourcePath: string | undefined;
  /** Where each command stands; without an index, where all of them do. */
  readonly locate: (index?: number) => Location;
}

export interface BuiltCommand {
  readonly commands: readonly string[];
  readonly findings: readonly Finding[];
}

/** The commands with the values in place; braces that are none of ours stay as they are. */
export function buildCommands(source: CommandSource, values: Values): BuiltCommand {
  const findings: Finding[] = [];
  const lexer = new ShellLexer();
  let room = MAX_LENGTH;
  const commands = source.commands.map((text, index) => {
    const location = source.locate(index);
    const builder = {
      source,
      values,
      lexer,
      room,
      report: (finding: Finding) => findings.push({ ...finding, location }),
    };
    const built = interpolate(text, builder).trim();
    lexer.feed(' && ');
    room -= built.length;
    return built;
  });
  return { commands, findings };
}

interface Builder {
  readonly source: CommandSource;
  readonly values: Values;
  /** Has read everything in front. */
  readonly lexer: ShellLexer;
  readonly room: number;
  readonly report: (finding: Omit<Finding, 'location'>) => void;
}

function interpolate(text: string, builder: Builder): string {
  const { lexer, room, report } = builder;
  let result = '';
  let end = 0;
  for (const { from, to } of bracesIn(text)) {
    const value = replacementOf(text.slice(from + 1, to - 1), builder);
    if (value === undefined) continue;
    lexer.feed(text.slice(end, from));
    checkPlace(value, text.slice(from, to), lexer.place(), report);
    lexer.skip();
    result += text.slice(end, from) + value.text;
    end = to;
    if (result.length > room) {
      report({
        level: 'error',
        code: 'command',
        message: 'the command is longer than 128 KiB, which Linux does not start',
      });
      return '';
    }
  }
  lexer.feed(text.slice(end));
  return result + text.slice(end);
}

interface Braces {
  readonly from: number;
  /** Behind the closing one. */
  readonly to: number;
}

/** Each `{` with the first `}` of its line behind at least one character, from left to right. */
export function* bracesIn(text: string): Generator<Braces> {
  let start = 0;
  for (const line of text.split('\n')) {
    for (const { from, to } of bracesOfLine(line)) yield { from: start + from, to: start + to };
    start += line.length + 1;
  }
}

function* bracesOfLine(line: string): Generator<Braces> {
  let from = line.indexOf('{');
  while (from >= 0) {
    const to = line.indexOf('}', from + 2) + 1;
    if (to === 0) return;
    yield { from, to };
    from = line.indexOf('{', to);
  }
}

interface Replacement {
  readonly text: string;
  /** Whether the caller gave a value of it that had to be quoted. */
  readonly isForeign: boolean;
}

/** undefined: it is no placeholder of ours. */
function replacementOf(inside: string, builder: Builder): Replacement | undefined {
  const { parameters, sourcePath } = builder.source;
  if (inside === 'source-path' && sourcePath !== undefined) {
    return { text: shellQuote(sourcePath), isForeign: false };
  }
  if (inside === 'parameters' || inside === 'params')
    return wordsOf([...parameters.values()], builder.values);
  const [, kind, name = ''] = /^(parameter|parameter-value):(.*)$/s.exec(inside) ?? [];
  if (kind === undefined) return undefined;
  const parameter = parameters.get(name);
  if (parameter === undefined) return unknownParameter(inside, name, builder);
  if (kind === 'parameter') return wordsOf([parameter], builder.values);
  return rawValue(name, builder.values);
}

function wordsOf(parameters: readonly Parameter[], { values, given }: Values): Replacement {
  const words = parameters.map((parameter) => {
    const text = argumentsOf(parameter, values.get(parameter.name)).map(shellQuote).join(' ');
    return { text, isForeign: given.has(parameter.name) && text.includes("'") };
  });
  return {
    text: words.flatMap(({ text }) => (text === '' ? [] : [text])).join(' '),
    isForeign: words.some(({ isForeign }) => isForeign),
  };
}

function rawValue(name: string, { values, given }: Values): Replacement | undefined {
  const value = values.get(name);
  if (value === undefined) return undefined;
  const text = shellQuote(valueText(value));
  return { text, isForeign: given.has(name) && text.includes("'") };
}

function unknownParameter(inside: string, name: string, { source, report }: Builder): undefined {
  report({
    level: 'warning',
    code: 'template-name',
    message: `"{${inside}}" names no parameter of the step, and is left as it is`,
    hint: suggestion(name, [...source.parameters.keys()]),
  });
}

/** Values are quoted for a place outside of quotes; anywhere else a caller's value could end the quotes. */
function checkPlace(
  { text, isForeign }: Replacement,
  written: string,
  place: ShellPlace,
  report: Builder['report'],
): void {
  if (place.quote === 'none' || !text.includes("'")) return;
  if (place.quote === 'double' && !/[$`\\"]/.test(text)) return;
  const where = place.quote === undefined ? place.where : `in ${place.quote} quotes`;
  report({
    level: isForeign ? 'error' : 'warning',
    code: 'template-place',
    message: `"${written}" is ${where}, where its value cannot be quoted safely`,
    hint: 'write it outside of the quotes, or read it in the script',
  });
}

/** The one text that a shell is given; a `#!` line at its beginning stays a line of its own. */
export function joinCommands(commands: readonly string[]): string {
  const [first = '', ...rest] = commands;
  const [, line, behind = ''] = /^(#![^\n]*)(?:\n([\s\S]*))?$/.exec(first) ?? [];
  const joined = [line === undefined ? first : behind, ...rest]
    .filter((command) => command.trim() !== '')
    .join(' && ');
  return line === undefined ? joined : `${line}\n${joined}`;
}
