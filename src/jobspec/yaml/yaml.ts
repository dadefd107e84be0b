import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { type Location, UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import { compose } from './compose.ts';
import { indentedClosings, isRead } from './indented-closings.ts';
import type { MapNode, Node, ScalarType, TextNode } from './node.ts';
import { openQuoteBefore } from './open-quote.ts';
import { ODD_BLANK, slipAt } from './slip.ts';
import { checkTokens, MAX_DEPTH } from './yaml-limits.ts';

/** A value that aliases repeat more often than any spec needs. */
const MAX_NODES = 10_000;
const MAX_FINDINGS = 20;

/**
 * Reads one YAML 1.2 document of the core schema. The text is untrusted: its size, aliases and depth are
 * bounded before the parser sees it, and every problem is a UserError with its place.
 */
export function parseYaml(written: string, file: string, options: ParseOptions = {}): Node {
  checkTokens(written, file);
  return parseChecked(isRead(written) ? written : indentedClosings(written), file, options);
}

interface ParseOptions {
  /** Is told of keys that stand twice, of which the last one then counts; without it they are errors. */
  readonly twice?: Findings | undefined;
  /** What makes them warnings, for the hint of such an error. */
  readonly lenience?: string | undefined;
}

function parseChecked(text: string, file: string, options: ParseOptions): Node {
  const { document, second, lines } = compose(text);
  const locate = (offset: number): Location => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (second !== undefined) {
    throw new UserError('a second YAML document', {
      code: 'yaml',
      hint: 'write one document; several jobs go below "jobs:"',
      location: locate(second.range?.[0] ?? 0),
    });
  }
  if (document === undefined) return { kind: 'null', location: { file, line: 1, column: 1 } };
  throwErrors(document, text, locate);
  return new Walk(document, text, locate, options).read();
}

function throwErrors(document: Document, text: string, locate: (offset: number) => Location) {
  const findings = new Findings();
  const [error] = document.errors;
  if (error !== undefined) throwSlip(text, locate(error.pos[0]));
  for (const { code, message, pos } of [...document.errors, ...document.warnings].slice(0, MAX_FINDINGS)) {
    const [line = ''] = message.split('\n');
    const quote = code === 'MISSING_CHAR' ? openQuoteBefore(pos[0], document) : undefined;
    const what = quote === undefined ? firstLower(line) : 'the quote that begins here has no end';
    findings.error('yaml', `the YAML cannot be read: ${what}`, { at: locate(quote ?? pos[0]) });
  }
  findings.throwIfErrors();
}

/** Reports what was meant, in place of all that a parser says of it, where that can be told. */
function throwSlip(text: string, { file, line = 1 }: Location): void {
  const slip = slipAt(text, line, file);
  if (slip !== undefined) throw slip;
}

function firstLower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Walks a parsed document into nodes of our own, in which nothing has a prototype to meet. */
class Walk {
  readonly #document: Document;
  readonly #text: string;
  readonly #locate: (offset: number) => Location;
  readonly #findings = new Findings();
  readonly #twice: Findings | undefined;
  readonly #lenience: string | undefined;
  #nodes = 0;
  /** The first place where something else than text may have been meant as text. */
  #slip: Location | undefined;

  constructor(
    document: Document,
    text: string,
    locate: (offset: number) => Location,
    { twice, lenience }: ParseOptions,
  ) {
    this.#twice = twice;
    this.#lenience = lenience;
    this.#document = document;
    this.#text = text;
    this.#locate = locate;
  }

  read(): Node {
    const root = this.#node(this.#document.contents, 0, 0);
    if (this.#slip !== undefined) throwSlip(this.#text, this.#slip);
    this.#findings.throwIfErrors((all) => all.slice(0, MAX_FINDINGS));
    return root;
  }

  #node(value: unknown, fallback: number, depth: number): Node {
    const range = (value as { range?: [number, number, number] | null } | null)?.range;
    const location = this.#locate(range?.[0] ?? fallback);
    this.#nodes += 1;
    if (this.#nodes > MAX_NODES) throw tooMany(location);
    if (depth > MAX_DEPTH) throw tooDeep(location);
    if (isScalar(value)) return this.#scalar(value, location);
    if (isMap(value)) return this.#map(value, location, depth);
    if (isSeq(value)) return this.#list(value, location, depth);
    if (isAlias(value)) return this.#alias(value, location, depth);
    return { kind: 'null', location };
  }

  #list(list: YAMLSeq, location: Location, depth: number): Node {
    const fallback = list.range?.[0] ?? 0;
    return { kind: 'list', location, items: list.items.map((item) => this.#node(item, fallback, depth + 1)) };
  }

  #map(map: YAMLMap, location: Location, depth: number): MapNode {
    const entries = new Map<string, { key: Location; value: Node }>();
    for (const pair of map.items) this.#entry(pair, entries, depth);
    return { kind: 'map', location, entries };
  }

  #entry(pair: Pair, entries: Map<string, { key: Location; value: Node }>, depth: number) {
    const key = this.#node(pair.key, 0, depth + 1);
    if (key.kind !== 'text') return this.#refuseNoText('a key that is not text', key.location);
    if (ODD_BLANK.test(key.text.charAt(0)))
      return this.#refuseNoText('a key that begins with a blank that is not a space', key.location);
    if (key.text === '__proto__') return this.#refuse('a key "__proto__"', key.location);
    const first = entries.get(key.text);
    if (first !== undefined) {
      const message = `"${key.text}" is defined twice, first in line ${first.key.line}`;
      if (this.#twice === undefined) return this.#refuse(message, key.location, this.#lenience);
      this.#twice.warning('twice', `${message}, and the last one is used`, { at: key.location });
    }
    const end = (pair.key as Scalar).range?.[1] ?? 0;
    entries.set(key.text, { key: key.location, value: this.#node(pair.value, end, depth + 1) });
  }

  #alias(alias: Alias, location: Location, depth: number): Node {
    const target = alias.resolve(this.#document);
    if (target === undefined) {
      this.#refuseNoText(`the alias "*${alias.source}" refers to nothing`, location);
      return { kind: 'null', location };
    }
    return this.#node(target, 0, depth + 1);
  }

  #scalar(scalar: Scalar, location: Location): Node {
    if (scalar.value === null && scalar.type !== 'QUOTE_DOUBLE') return { kind: 'null', location };
    const isPlain = scalar.type === 'PLAIN';
    const text = isPlain ? (scalar.source ?? String(scalar.value)) : String(scalar.value);
    const type = isPlain ? typeOf(scalar, text) : 'string';
    const plain = isPlain && scalar.tag === undefined;
    const cut = isPlain && /^\S/.test(scalar.comment ?? '') ? { cut: `#${scalar.comment}` } : {};
    return { kind: 'text', text, type, plain, location, ...cut, ...this.#layout(scalar, text, location) };
  }

  #layout(scalar: Scalar, text: string, location: Location): Pick<TextNode, 'start' | 'layout'> {
    const [from, to] = scalar.range ?? [0, 0];
    if (scalar.type === 'BLOCK_LITERAL') return { layout: 'block', start: this.#blockStart(from, to, text) };
    const quotes = scalar.type === 'PLAIN' ? 0 : 1;
    const isLine = this.#text.slice(from + quotes, to - quotes) === text;
    const start = { ...location, column: (location.column ?? 1) + quotes };
    return isLine ? { layout: 'line', start } : { layout: 'other', start: location };
  }

  /** The first line of a `|` block that is not empty tells its indentation. */
  #blockStart(from: number, to: number, text: string): Location {
    const [, ...lines] = this.#text.slice(from, to).split('\n');
    const written = lines.find((line) => line.trim() !== '') ?? '';
    const shown = text.split('\n').find((line) => line.trim() !== '') ?? '';
    const header = this.#locate(from);
    return {
      ...header,
      line: (header.line ?? 0) + 1,
      column: written.replace(/\r$/, '').length - shown.length + 1,
    };
  }

  #refuseNoText(message: string, at: Location): void {
    this.#slip ??= at;
    this.#refuse(message, at);
  }

  #refuse(message: string, at: Location, hint?: string): void {
    this.#findings.error('yaml', message, { hint, at });
  }
}

function typeOf(scalar: Scalar, text: string): ScalarType {
  if (typeof scalar.value === 'boolean') return 'bool';
  if (typeof scalar.value !== 'number' && typeof scalar.value !== 'bigint') return 'string';
  return /^(?:[-+]?\d+|0x[\da-fA-F]+|0o[0-7]+)$/.test(text) ? 'int' : 'float';
}

function tooMany(location: Location): UserError {
  return new UserError(`more than ${MAX_NODES} values once the aliases are followed`, {
    code: 'yaml-limit',
    hint: 'write what is meant in place of the alias',
    location,
  });
}

function tooDeep(location: Location): UserError {
  return new UserError(`more than ${MAX_DEPTH} levels deep`, { code: 'yaml-limit', location });
}
