import { expandWord, type Value } from './expand.ts';
import type { Instruction, Word } from './read.ts';

/** The variables at one place of a Dockerfile. */
export interface Scope {
  readonly values: ReadonlyMap<string, Value>;
  /** What every other name is: an image may set any. */
  readonly others: 'unset' | 'unknown';
}

/** The arguments of a build, beside what the Dockerfile says. */
export interface Arguments {
  /** ARG instructions before the first FROM, and those that are predefined. */
  readonly globals: ReadonlyMap<string, Value>;
  /** Given by the spec. */
  readonly args: ReadonlyMap<string, string>;
}

/** A stage on `scratch` has PATH, with a value that is BuildKit's own. */
export const EMPTY_SCOPE: Scope = { values: new Map([['PATH', 'unknown']]), others: 'unset' };
/** A stage on an image whose config was not read. */
export const UNKNOWN_SCOPE: Scope = { values: new Map(), others: 'unknown' };

/** A stage on an image with these variables, as `NAME=value`. */
export function scopeOfImage(env: readonly string[]): Scope {
  const values = env.map((one) => {
    const [name = ''] = one.split('=', 1);
    return [name, { text: one.slice(name.length + 1) }] as const;
  });
  return { values: new Map<string, Value>([...EMPTY_SCOPE.values, ...values]), others: 'unset' };
}

export function valueIn({ values, others }: Scope, name: string): Value {
  return values.get(name) ?? others;
}

export function expandIn(scope: Scope, word: string): string | undefined {
  return expandWord(word, (name) => valueIn(scope, name));
}

/** The variables behind an instruction. */
export function scopeAfter(scope: Scope, instruction: Instruction, given: Arguments): Scope {
  if (instruction.keyword === 'ENV') return afterEnv(scope, instruction);
  if (instruction.keyword !== 'ARG') return scope;
  return instruction.words.reduce((before, word) => afterArgument(before, word, given), scope);
}

/** All values of one ENV are expanded with what was before it. */
function afterEnv(scope: Scope, { words, rest }: Instruction): Scope {
  const [first] = words;
  if (first === undefined) return scope;
  const pairs = first.text.includes('=')
    ? words.map(({ text }) => pairOf(text))
    : [[first.text, rest.slice(first.text.length).trim()] as const];
  const values = new Map(scope.values);
  let { others } = scope;
  for (const [key, value = ''] of pairs) {
    const name = expandIn(scope, key);
    if (name === undefined) {
      values.clear();
      others = 'unknown';
    } else values.set(name, known(expandIn(scope, value)));
  }
  return { values, others };
}

/** The variables behind one word of ARG. */
export function afterArgument(scope: Scope, { text }: Word, { globals, args }: Arguments): Scope {
  const [name, written] = pairOf(text);
  const value = argumentValue(scope, name, written, { globals, args });
  return value === 'unset' ? scope : { ...scope, values: new Map([...scope.values, [name, value]]) };
}

/** Arguments that any build may be given, by the machine that it is started on. */
export function setByBuilds(name: string): boolean {
  return /_proxy$/i.test(name) || name === 'SOURCE_DATE_EPOCH';
}

function argumentValue(
  scope: Scope,
  name: string,
  written: string | undefined,
  { globals, args }: Arguments,
): Value {
  const given = args.get(name);
  if (given !== undefined) return { text: given };
  if (setByBuilds(name)) return 'unknown';
  if (written !== undefined) return known(expandIn(scope, written));
  return globals.get(name) ?? 'unset';
}

function pairOf(text: string): readonly [name: string, value: string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function known(text: string | undefined): Value {
  return text === undefined ? 'unknown' : { text };
}
