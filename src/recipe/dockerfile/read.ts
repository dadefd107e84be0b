import { UserError } from '../../errors.ts';

/**
 * A small reader of Dockerfiles: instructions with their flags, words and heredocs, as BuildKit's parser splits them
 * when the escape character is the default one.
 * https://github.com/moby/buildkit/blob/master/frontend/dockerfile/parser/parser.go
 */
export interface Instruction {
  /** Upper case. */
  readonly keyword: string;
  /** The line it begins in, from 1. */
  readonly line: number;
  /** `--name=value` words before the others. */
  readonly flags: readonly Word[];
  /** All that follows the flags, continuation lines joined. */
  readonly rest: string;
  readonly words: readonly Word[];
  readonly heredocs: readonly Heredoc[];
}

/** Quotes are kept. */
export interface Word {
  readonly text: string;
  /** Range in the source; for a word over several lines, from its first to its last character. */
  readonly start: number;
  readonly end: number;
}

export interface Heredoc {
  readonly name: string;
  /** Nothing in it is expanded. */
  readonly quoted: boolean;
  readonly content: string;
}

interface SourceLine {
  /** Without its end. */
  readonly text: string;
  /** With a carriage return, if it has one. */
  readonly raw: string;
  readonly start: number;
}

interface Logical {
  readonly text: string;
  /** Where each character of the text stands in the source. */
  readonly offsets: readonly number[];
}

const CONTINUES = /(?:^|[^\\])(\\[ \t]*)$/;
const HEREDOC_KEYWORDS: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD']);

/** `file` is for errors. */
export function readDockerfile(source: string, file: string): readonly Instruction[] {
  const lines = splitLines(source);
  const instructions: Instruction[] = [];
  let next = 0;
  while (next < lines.length) {
    const first = next;
    const { logical, after } = readLogical(lines, first);
    next = after;
    if (logical === undefined) continue;
    const head = readHead(logical, first + 1);
    const heredocs = HEREDOC_KEYWORDS.has(heredocKeyword(head)) ? heredocNames(logical) : [];
    const read = readHeredocs(heredocs, lines, next, { file, line: first + 1 });
    next = read.after;
    instructions.push({ ...head, heredocs: read.heredocs });
  }
  return instructions;
}

/** ONBUILD holds another instruction. */
function heredocKeyword({ keyword, words }: Omit<Instruction, 'heredocs'>): string {
  return keyword === 'ONBUILD' ? (words[0]?.text ?? '').toUpperCase() : keyword;
}

function splitLines(source: string): readonly SourceLine[] {
  const lines: SourceLine[] = [];
  let start = 0;
  for (const piece of source.split('\n')) {
    lines.push({ text: piece.replace(/\r+$/, ''), raw: piece, start });
    start += piece.length + 1;
  }
  if (lines.at(-1)?.text === '') lines.pop();
  return lines;
}

/** Joins a line with those that continue it; comments and empty lines between them are skipped. */
function readLogical(
  lines: readonly SourceLine[],
  first: number,
): { readonly logical: Logical | undefined; readonly after: number } {
  const pieces: Piece[] = [];
  let next = first;
  for (let line = lines[next]; line !== undefined; line = lines[next]) {
    next++;
    if (isNoise(line.text) && pieces.length === 0) break;
    if (isNoise(line.text)) continue;
    const continuation = CONTINUES.exec(line.text)?.[1] ?? '';
    pieces.push({ start: line.start, text: line.text.slice(0, line.text.length - continuation.length) });
    if (continuation === '') break;
  }
  return { logical: pieces.length === 0 ? undefined : joined(pieces), after: next };
}

type Piece = Pick<SourceLine, 'text' | 'start'>;

function joined([first, ...others]: readonly Piece[]): Logical {
  const indent = (first?.text.length ?? 0) - (first?.text.trimStart().length ?? 0);
  const trimmed = first && { text: first.text.slice(indent), start: first.start + indent };
  const pieces = trimmed === undefined ? others : [trimmed, ...others];
  return {
    text: pieces.map(({ text }) => text).join(''),
    offsets: pieces.flatMap(({ text, start }) => Array.from({ length: text.length }, (_, at) => start + at)),
  };
}

function isNoise(line: string): boolean {
  return /^\s*(?:#|$)/.test(line);
}

function readHead(logical: Logical, line: number): Omit<Instruction, 'heredocs'> {
  const words = splitWords(logical);
  const [keyword, ...others] = words;
  const firstPlain = others.findIndex(({ text }) => !text.startsWith('--'));
  const plain = firstPlain < 0 ? others.length : firstPlain;
  const rest = others.slice(plain);
  const from = rest[0] === undefined ? logical.text.length : logical.offsets.indexOf(rest[0].start);
  return {
    keyword: (keyword?.text ?? '').toUpperCase(),
    line,
    flags: others.slice(0, plain),
    rest: logical.text.slice(from).trimEnd(),
    words: rest,
  };
}

/** Words end at blanks outside of quotes. */
function splitWords({ text, offsets }: Logical): readonly Word[] {
  const words: Word[] = [];
  for (const match of text.matchAll(/(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|\S)+/gs)) {
    const last = match.index + match[0].length - 1;
    words.push({ text: match[0], start: offsets[match.index] ?? 0, end: (offsets[last] ?? 0) + 1 });
  }
  return words;
}

interface HeredocName {
  readonly name: string;
  readonly quoted: boolean;
  /** `<<-`: tabs at the start of lines are taken away. */
  readonly strips: boolean;
}

function heredocNames(logical: Logical): readonly HeredocName[] {
  return splitWords(logical).flatMap(({ text }) => {
    const [, dash, rest] = /^\d*<<(-?)([^<]+)$/s.exec(text) ?? [];
    if (rest === undefined) return [];
    const name = rest.replace(/["'\\]/g, '');
    return name === '' ? [] : [{ name, quoted: name !== rest, strips: dash === '-' }];
  });
}

function readHeredocs(
  names: readonly HeredocName[],
  lines: readonly SourceLine[],
  from: number,
  location: { readonly file: string; readonly line: number },
): { readonly heredocs: readonly Heredoc[]; readonly after: number } {
  const heredocs: Heredoc[] = [];
  let next = from;
  for (const { name, quoted, strips } of names) {
    const isEnd = ({ text }: SourceLine): boolean => (strips ? text.replace(/^\t+/, '') : text) === name;
    let end = next;
    for (let line = lines[end]; line !== undefined && !isEnd(line); line = lines[end]) end++;
    if (end === lines.length)
      throw new UserError(`the heredoc "${name}" has no end`, { code: 'dockerfile', location });
    const content = lines.slice(next, end).map(({ raw }) => `${strips ? raw.replace(/^\t+/, '') : raw}\n`);
    heredocs.push({ name, quoted, content: content.join('') });
    next = end + 1;
  }
  return { heredocs, after: next };
}
