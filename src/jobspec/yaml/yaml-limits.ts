import { CST, Lexer } from 'yaml';
import { type Location, UserError } from '../../errors.ts';

const MAX_BYTES = 64 * 1024;
const MAX_ALIASES = 50;
const MAX_TOKENS = 15_000;
export const MAX_DEPTH = 32;

const CORE_TAGS = new Set(['!', '!!str', '!!int', '!!float', '!!bool', '!!null', '!!seq', '!!map']);
const OPENING = new Set(['flow-seq-start', 'flow-map-start']);
const CLOSING = new Set(['flow-seq-end', 'flow-map-end']);
const INDICATORS = new Set(['seq-item-ind', 'explicit-key-ind', 'map-value-ind']);
const QUOTED = new Set(['single-quoted-scalar', 'double-quoted-scalar']);

/** Refuses, before the parser works on it, a text that would keep the parser busy or that says more than data. */
export function checkTokens(text: string, file: string): void {
  checkText(text, file);
  const counter = new TokenCounter(file);
  for (const token of new Lexer().lex(text)) counter.take(token);
}

function checkText(text: string, file: string): void {
  const bytes = text.length > MAX_BYTES ? text.length : new TextEncoder().encode(text).length;
  if (bytes > MAX_BYTES) {
    throw new UserError(`the file is larger than ${MAX_BYTES / 1024} KiB`, {
      code: 'yaml-limit',
      hint: 'move long scripts into files of the repository and call them',
      location: { file, line: 1, column: 1 },
    });
  }
  const nul = text.indexOf('\0');
  if (nul >= 0)
    throw new UserError('a NUL character', { code: 'yaml', location: placeOfOffset(text, nul, file) });
}

function placeOfOffset(text: string, offset: number, file: string): Location {
  const before = text.slice(0, offset).split('\n');
  return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function isScalarToken(type: CST.TokenType | null): boolean {
  return type === null || QUOTED.has(type);
}

/** Follows the token stream far enough to know its place, its depth and what it holds. */
class TokenCounter {
  readonly #file: string;
  #line = 1;
  #column = 1;
  #tokens = 0;
  #aliases = 0;
  #flow = 0;
  /** Columns of the block collections that are open. */
  readonly #blocks: number[] = [];
  /** Whether the next content is the first of its line, after indicators. */
  #first = true;

  constructor(file: string) {
    this.#file = file;
  }

  take(token: string): void {
    const type = CST.tokenType(token);
    this.#tokens += 1;
    if (this.#tokens > MAX_TOKENS) throw this.#limit('more values than any spec needs');
    this.#check(token, type);
    this.#measure(type);
    this.#advance(token, type);
  }

  #check(token: string, type: CST.TokenType | null): void {
    if (type === 'alias') this.#aliases += 1;
    if (this.#aliases > MAX_ALIASES) throw this.#limit(`more than ${MAX_ALIASES} aliases`);
    if (type === 'tag' && !CORE_TAGS.has(token)) {
      throw this.#refused(`the tag "${token}"`, 'remove it: a spec is plain data');
    }
    if (type === 'directive-line' && !/^%YAML\s+1\.2\s*$/.test(token)) {
      throw this.#refused(`the directive "${token.trim()}"`, 'remove it: a spec is read as YAML 1.2');
    }
  }

  #measure(type: CST.TokenType | null): void {
    if (type !== null && OPENING.has(type)) this.#flow += 1;
    if (type !== null && CLOSING.has(type)) this.#flow = Math.max(0, this.#flow - 1);
    const isContent = type === 'alias' || isScalarToken(type) || INDICATORS.has(type ?? '');
    if (this.#flow === 0 && this.#first && isContent) this.#open(this.#column);
    if (this.#flow + this.#blocks.length > MAX_DEPTH) throw this.#limit(`more than ${MAX_DEPTH} levels deep`);
  }

  #open(column: number): void {
    while ((this.#blocks.at(-1) ?? 0) > column) this.#blocks.pop();
    if (this.#blocks.at(-1) !== column) this.#blocks.push(column);
  }

  #advance(token: string, type: CST.TokenType | null): void {
    if (type === 'scalar' || type === 'doc-mode' || type === 'flow-error-end') return;
    const lastBreak = token.lastIndexOf('\n');
    if (lastBreak < 0) {
      this.#column += token.length;
      if (isScalarToken(type)) this.#first = false;
      return;
    }
    this.#line += token.split('\n').length - 1;
    this.#column = token.length - lastBreak;
    this.#first = true;
  }

  #limit(message: string): UserError {
    return new UserError(message, { code: 'yaml-limit', location: this.#location() });
  }

  #refused(what: string, hint: string): UserError {
    return new UserError(`${what} is not allowed here`, { code: 'yaml', hint, location: this.#location() });
  }

  #location(): Location {
    return { file: this.#file, line: this.#line, column: this.#column };
  }
}
