import type { Location } from '../../../../errors.ts';
import type { Findings } from '../../../../findings.ts';
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

/** The commands with the values in place; braces that are none of ours stay as they are. */
export function buildCommands(source: CommandSource, values: Values, findings: Findings): readonly string[] {
  const lexer = new ShellLexer();
  let room = MAX_LENGTH;
  return source.commands.map((text, index) => {
    const context = { source, values, lexer, room, at: source.locate(index), findings };
    const built = interpolate(text, context).trim();
    lexer.feed(' && ');
    room -= built.length;
    return built;
  });
}

interface CommandContext {
  readonly source: CommandSource;
  readonly values: Values;
  /** Has read everything in front. */
  readonly lexer: ShellLexer;
  readonly room: number;
  readonly at: Location;
  readonly findings: Findings;
}

function interpolate(text: string, context: CommandContext): string {
  const { lexer, room, at, findings } = context;
  let result = '';
  let end = 0;
  for (const { from, to } of bracesIn(text)) {
    const value = replacementOf(text.slice(from + 1, to - 1), context);
    if (value === undefined) continue;
    lexer.feed(text.slice(end, from));
    checkPlace(value, text.slice(from, to), lexer.place(), context);
    lexer.skip();
    result += text.slice(end, from) + value.text;
    end = to;
    if (result.length > room) {
      findings.error('command', 'the command is longer than 128 KiB, which Linux does not start', { at });
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
function replacementOf(inside: string, context: CommandContext): Replacement | undefined {
  const { parameters, sourcePath } = context.source;
  if (inside === 'source-path' && sourcePath !== undefined) {
    return { text: shellQuote(sourcePath), isForeign: false };
  }
  if (inside === 'parameters' || inside === 'params')
    return wordsOf([...parameters.values()], context.values);
  const [, kind, name = ''] = /^(parameter|parameter-value):(.*)$/s.exec(inside) ?? [];
  if (kind === undefined) return undefined;
  const parameter = parameters.get(name);
  if (parameter === undefined) return unknownParameter(inside, name, context);
  if (kind === 'parameter') return wordsOf([parameter], context.values);
  return rawValue(name, context.values);
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

function unknownParameter(inside: string, name: string, { source, at, findings }: CommandContext): undefined {
  const hint = suggestion(name, [...source.parameters.keys()]);
  const message = `"{${inside}}" names no parameter of the step, and is left as it is`;
  findings.warning('template-name', message, { hint, at });
}

/** Values are quoted for a place outside of quotes; anywhere else a caller's value could end the quotes. */
function checkPlace(
  { text, isForeign }: Replacement,
  written: string,
  place: ShellPlace,
  { at, findings }: CommandContext,
): void {
  if (place.quote === 'none' || !text.includes("'")) return;
  if (place.quote === 'double' && !/[$`\\"]/.test(text)) return;
  const where = place.quote === undefined ? place.where : `in ${place.quote} quotes`;
  const message = `"${written}" is ${where}, where its value cannot be quoted safely`;
  const hint = 'write it outside of the quotes, or read it in the script';
  if (isForeign) findings.error('template-place', message, { hint, at });
  else findings.warning('template-place', message, { hint, at });
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
