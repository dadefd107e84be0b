/** What a variable is known to be: its text, that it has none, or that only the build knows. */
export type Value = { readonly text: string } | 'unset' | 'unknown';

export type ValueOf = (name: string) => Value;

/** What stands for a variable without a value that has no default: nothing, as in BuildKit, or no answer at all. */
type Unset = 'empty' | 'refused';

/**
 * A word of an instruction as BuildKit expands it: quotes and backslashes are taken away, and variables replaced.
 * undefined: only the build knows, or refuses it.
 * https://github.com/moby/buildkit/blob/master/frontend/dockerfile/shell/lex.go
 */
export function expandWord(word: string, variable: ValueOf, unset: Unset = 'empty'): string | undefined {
  try {
    return readUntil({ chars: Array.from(word), at: 0, variable, unset }, undefined);
  } catch (error) {
    if (error instanceof NotKnown) return undefined;
    throw error;
  }
}

class NotKnown extends Error {}

interface Expansion {
  readonly chars: readonly string[];
  at: number;
  readonly variable: ValueOf;
  readonly unset: Unset;
}

function next(reading: Expansion): string | undefined {
  const char = reading.chars[reading.at];
  if (char !== undefined) reading.at += 1;
  return char;
}

function readUntil(reading: Expansion, stop: string | undefined): string {
  let text = '';
  for (let char = next(reading); char !== stop; char = next(reading)) {
    if (char === undefined) throw new NotKnown();
    text += readSpecial(char, reading) ?? char;
  }
  return text;
}

/** What a special character and those that belong to it mean; undefined for any other one. */
function readSpecial(char: string, reading: Expansion): string | undefined {
  switch (char) {
    case '$':
      return readVariable(reading);
    case "'":
      return readSingle(reading);
    case '"':
      return readDouble(reading);
    case '\\':
      return next(reading) ?? '';
    default:
      return undefined;
  }
}

function readSingle(reading: Expansion): string {
  let text = '';
  for (let char = next(reading); char !== "'"; char = next(reading)) {
    if (char === undefined) throw new NotKnown();
    text += char;
  }
  return text;
}

function readDouble(reading: Expansion): string {
  let text = '';
  for (let char = next(reading); char !== '"'; char = next(reading)) {
    if (char === undefined) throw new NotKnown();
    if (char === '$') text += readVariable(reading);
    else if (char === '\\') text += readEscaped(reading);
    else text += char;
  }
  return text;
}

/** Between double quotes a backslash is special before these characters alone. */
function readEscaped(reading: Expansion): string {
  const following = reading.chars[reading.at];
  if (following === undefined) return '';
  if (following !== '"' && following !== '$' && following !== '\\') return '\\';
  reading.at += 1;
  return following;
}

function readVariable(reading: Expansion): string {
  if (reading.chars[reading.at] !== '{') {
    const name = readName(reading);
    return name === '' ? '$' : valueText(name, reading);
  }
  reading.at += 1;
  const name = readName(reading);
  const char = next(reading);
  if (name === '' || char === undefined) throw new NotKnown();
  if (char === '}') return valueText(name, reading);
  const operator = char === ':' ? next(reading) : char;
  // The others cut or replace parts of a value, and not every release of BuildKit has them.
  if (operator !== '-' && operator !== '+') throw new NotKnown();
  return substitute(reading.variable(name), operator, {
    nullIsUnset: char === ':',
    word: readUntil(reading, '}'),
  });
}

interface Substitution {
  readonly nullIsUnset: boolean;
  readonly word: string;
}

function substitute(value: Value, operator: '-' | '+', { nullIsUnset, word }: Substitution): string {
  if (value === 'unknown') throw new NotKnown();
  const isSet = value !== 'unset' && !(nullIsUnset && value.text === '');
  if (operator === '+') return isSet ? word : '';
  return isSet ? value.text : word;
}

function valueText(name: string, { variable, unset }: Expansion): string {
  const value = variable(name);
  if (value === 'unknown' || (value === 'unset' && unset === 'refused')) throw new NotKnown();
  return value === 'unset' ? '' : value.text;
}

/** A number, one character with a meaning of its own, or an ordinary name. */
function readName(reading: Expansion): string {
  const { chars, at } = reading;
  const first = chars[at] ?? '';
  if (/^[@*#?\-$!]$/.test(first)) {
    reading.at += 1;
    return first;
  }
  const belongs = /^\p{Nd}$/u.test(first) ? /^\p{Nd}$/u : /^[\p{L}\p{Nd}_]$/u;
  while (belongs.test(chars[reading.at] ?? '')) reading.at += 1;
  return chars.slice(at, reading.at).join('');
}
