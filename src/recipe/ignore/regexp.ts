import { type CharTest, NONE, type Node, type Program } from './machine.ts';

/** Thrown for a pattern that Docker refuses as well; the message goes on after the pattern. */
export class GlobError extends Error {
  override readonly name = 'GlobError';
}

/** Reads back the few forms that `translate` writes, brackets and escapes as Go reads them. */
export function parseRegexp(regexp: string): Program {
  const chars = Array.from(regexp);
  const nodes: Node[] = [];
  let at = 0;
  while (at < chars.length) {
    if (at === chars.length - 1 && chars[at] === '$') return { nodes, anchored: true };
    at = parseOne(chars, at, nodes);
  }
  return { nodes, anchored: false };
}

function parseOne(chars: readonly string[], at: number, nodes: Node[]): number {
  const char = chars[at] ?? '';
  if (char === '(') {
    // `**/**/` is one `**/`: without this, many of them would make many places to stand in.
    if (nodes.at(-1)?.kind !== 'inside')
      nodes.push({ kind: 'folders' }, { kind: 'inside', test: isNoNewline });
    return at + '(.*/)?'.length;
  }
  if (char === '.') {
    nodes.push({ kind: 'many', test: isNoNewline });
    return at + '.*'.length;
  }
  if (char === '^') {
    nodes.push({ kind: 'assert', holds: (before) => before === NONE });
    return at + 1;
  }
  if (char === '[') return parseClass(chars, at + 1, nodes);
  if (char === '\\') return parseEscape(chars[at + 1] ?? '', at + 2, nodes);
  nodes.push(literal(char));
  return at + 1;
}

function literal(char: string): Node {
  const code = codeOf(char);
  return { kind: 'one', test: (other) => other === code, literal: code };
}

function codeOf(char: string): number {
  return char.codePointAt(0) ?? NONE;
}

const NEWLINE = 10;

function isNoNewline(char: number): boolean {
  return char !== NEWLINE;
}

function parseEscape(char: string, next: number, nodes: Node[]): number {
  const holds = ASSERTIONS[char];
  const test = PERL_CLASSES[char];
  if (holds !== undefined) nodes.push({ kind: 'assert', holds });
  else if (test !== undefined) nodes.push({ kind: 'one', test });
  else nodes.push(literal(escaped(char)));
  return next;
}

/** The character an escape stands for: https://pkg.go.dev/regexp/syntax */
function escaped(char: string): string {
  const control = CONTROLS[char];
  if (control !== undefined) return control;
  if (!/^[\p{ASCII}]$/u.test(char) || /[A-Za-z0-9]/.test(char)) {
    throw new GlobError(`has '\\${char}', which is not an escape; folders are separated by '/'`);
  }
  return char;
}

const CONTROLS: Readonly<Record<string, string>> = {
  a: '\x07',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const isDigit = inRanges('09');
const isSpace = inRanges('\t\n\f\r  ');
const isWord = inRanges('09AZ__az');

const PERL_CLASSES: Readonly<Record<string, CharTest>> = {
  d: isDigit,
  D: (char) => !isDigit(char),
  s: isSpace,
  S: (char) => !isSpace(char),
  w: isWord,
  W: (char) => !isWord(char),
};

const ASSERTIONS: Readonly<Record<string, (before: number, after: number) => boolean>> = {
  A: (before) => before === NONE,
  z: (_, after) => after === NONE,
  b: (before, after) => isWord(before) !== isWord(after),
  B: (before, after) => isWord(before) === isWord(after),
};

const NAMED_CLASSES: ReadonlyMap<string, CharTest> = new Map(
  Object.entries({
    alnum: inRanges('09AZaz'),
    alpha: inRanges('AZaz'),
    ascii: inRanges('\0\x7f'),
    blank: inRanges('\t\t  '),
    cntrl: inRanges('\0\x1f\x7f\x7f'),
    digit: isDigit,
    graph: inRanges('!~'),
    lower: inRanges('az'),
    print: inRanges(' ~'),
    punct: inRanges('!/:@[`{~'),
    space: inRanges('\t\r  '),
    upper: inRanges('AZ'),
    word: isWord,
    xdigit: inRanges('09AFaf'),
  }),
);

/** @param pairs first and last character of each range, one after the other */
function inRanges(pairs: string): CharTest {
  const codes = Array.from(pairs, codeOf);
  return (char) => {
    for (let at = 0; at + 1 < codes.length; at += 2) {
      if (char >= (codes[at] ?? 0) && char <= (codes[at + 1] ?? NONE)) return true;
    }
    return false;
  };
}

function parseClass(chars: readonly string[], start: number, nodes: Node[]): number {
  const negated = chars[start] === '^';
  const tests: CharTest[] = [];
  let at = negated ? start + 1 : start;
  for (let first = true; chars[at] !== ']' || first; first = false) {
    if (at >= chars.length) throw new GlobError("has no ']' for its '['");
    at = parseMember(chars, at, tests);
  }
  const test: CharTest = (char) => tests.some((member) => member(char)) !== negated;
  const many = chars[at + 1] === '*';
  nodes.push(many ? { kind: 'many', test } : { kind: 'one', test });
  return many ? at + 2 : at + 1;
}

function parseMember(chars: readonly string[], at: number, tests: CharTest[]): number {
  const named = chars[at] === '[' && chars[at + 1] === ':' ? parseNamed(chars, at, tests) : undefined;
  if (named !== undefined) return named;
  const perl = chars[at] === '\\' ? PERL_CLASSES[chars[at + 1] ?? ''] : undefined;
  if (perl !== undefined) {
    tests.push(perl);
    return at + 2;
  }
  const from = parseClassChar(chars, at);
  const isRange = chars[from.next] === '-' && chars[from.next + 1] !== ']';
  const to = isRange ? parseClassChar(chars, from.next + 1) : from;
  if (to.code < from.code) throw new GlobError('has a reversed range');
  tests.push((char) => char >= from.code && char <= to.code);
  return to.next;
}

function parseClassChar(
  chars: readonly string[],
  at: number,
): { readonly code: number; readonly next: number } {
  const isEscape = chars[at] === '\\';
  const char = chars[isEscape ? at + 1 : at] ?? '';
  return { code: codeOf(isEscape ? escaped(char) : char), next: isEscape ? at + 2 : at + 1 };
}

/** `[:alpha:]`, `[:^alpha:]`; undefined when the text has no `:]`. */
function parseNamed(chars: readonly string[], at: number, tests: CharTest[]): number | undefined {
  const end = chars.findIndex((char, index) => index > at + 1 && char === ':' && chars[index + 1] === ']');
  if (end < 0) return undefined;
  const text = chars.slice(at + 2, end).join('');
  const negated = text.startsWith('^');
  const test = NAMED_CLASSES.get(negated ? text.slice(1) : text);
  if (test === undefined) throw new GlobError(`has the unknown class '[:${text}:]'`);
  tests.push((char) => test(char) !== negated);
  return end + 2;
}
