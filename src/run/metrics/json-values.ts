import { type RecordFailure, type RecordReader, TORN } from './record-lines.ts';
import { type Line, MAX_TEXT } from './text-lines.ts';

/** Levels that are followed to find the end of a value. */
const MAX_OPEN = 1_000;
const NO_JSON = 'it is not valid JSON';

/** Each letter of a string in turn would be a step to go back to, and a long one more than there is room for. */
const STRING = String.raw`"[^"\\]*(?:\\.[^"\\]*)*"`;
/** In a value: a string, a bracket; a quote alone begins a string that does not end in its line. */
const INSIDE = new RegExp(`${STRING}|["{}[\\]]`, 'g');
/** Around the values: a bracket of a list, an object that begins, a bare value. */
const AROUND = new RegExp(`[\\s,]*(?:([[\\]])|(\\{)|(${STRING}|[^\\s,[\\]{}"]+)|$)`, 'y');

/** A value that is incomplete yet. */
interface Open {
  readonly lines: Line[];
  readonly parts: string[];
  readonly brackets: string[];
  size: number;
}

/**
 * JSON values one after the other: one object, JSON lines, objects without anything between them. A list around them is
 * looked through, so that what was written of one without an end is there.
 */
export class JsonValues implements RecordReader {
  readonly #take: (value: unknown) => void;
  #open: Open | undefined;
  #lists = 0;
  #last = 0;

  constructor(take: (value: unknown) => void) {
    this.#take = take;
  }

  line(line: Line, isAlone: boolean): RecordFailure | undefined {
    this.#last = line.number;
    if (this.#open !== undefined && beginsAnew(line.text, this.#open)) {
      const torn = this.#refuse(TORN);
      return torn === undefined ? undefined : { ...torn, again: [...torn.again, line] };
    }
    if (this.#open === undefined && isWhole(line.text) && this.#takeText(line.text)) return undefined;
    const why = this.#read(line);
    if (why !== undefined) return this.#refuse(why, line);
    return this.#open !== undefined && (isAlone || this.#open.size > MAX_TEXT)
      ? this.#refuse(TORN)
      : undefined;
  }

  end(): RecordFailure | undefined {
    if (this.#open !== undefined) return this.#refuse(TORN);
    if (this.#lists === 0) return undefined;
    this.#lists = 0;
    return { unread: { line: this.#last, why: 'the list ends without its "]"' }, again: [] };
  }

  /** Why the line cannot be read; what was whole in it is taken. */
  #read(line: Line): string | undefined {
    const { text } = line;
    this.#open?.lines.push(line);
    for (let at = 0; at < text.length; ) {
      const next = this.#open === undefined ? this.#around(line, at) : this.#inside(this.#open, text, at);
      if (typeof next === 'string') return next;
      at = next;
    }
    return undefined;
  }

  /** Reads on from there outside of objects: where it came to, or why it cannot. */
  #around(line: Line, from: number): number | string {
    AROUND.lastIndex = from;
    const found = AROUND.exec(line.text);
    if (found === null) return line.text.slice(from).includes('"') ? TORN : NO_JSON;
    const [, bracket, object, bare] = found;
    const end = AROUND.lastIndex;
    if (object !== undefined) {
      this.#open = { lines: [line], parts: [], brackets: [], size: 0 };
      return end - 1;
    }
    if (bracket !== undefined) this.#lists += bracket === '[' ? 1 : -1;
    if (this.#lists < 0) {
      this.#lists = 0;
      return NO_JSON;
    }
    return bare === undefined || this.#takeText(bare) ? end : NO_JSON;
  }

  #inside(open: Open, text: string, from: number): number | string {
    INSIDE.lastIndex = from;
    for (let token = INSIDE.exec(text); token !== null; token = INSIDE.exec(text)) {
      const problem = follow(open.brackets, token[0]);
      if (problem !== undefined) return problem;
      if (open.brackets.length > 0) continue;
      open.parts.push(text.slice(from, INSIDE.lastIndex));
      return this.#close(open) ? INSIDE.lastIndex : NO_JSON;
    }
    open.parts.push(text.slice(from));
    open.size += text.length;
    return text.length;
  }

  #close({ parts }: Open): boolean {
    this.#open = undefined;
    return this.#takeText(parts.join('\n'));
  }

  #takeText(text: string): boolean {
    const value = parse(text);
    if (value === undefined) return false;
    this.#take(value);
    return true;
  }

  /** `line`: where it was found out; it is to blame where nothing is open. */
  #refuse(why: string, line?: Line): RecordFailure | undefined {
    const [first, ...again] = this.#open?.lines ?? [];
    this.#open = undefined;
    const blamed = first ?? line;
    return blamed === undefined ? undefined : { unread: { line: blamed.number, why }, again };
  }
}

/** Mostly an object is one line: then its end need not be looked for. */
function isWhole(text: string): boolean {
  return text.startsWith('{') && text.endsWith('}');
}

/** A new object at the beginning of a line, where one that is open wants a name: it has no end. */
function beginsAnew(text: string, { parts, brackets }: Open): boolean {
  return text.startsWith('{') && brackets.at(-1) === '{' && !parts.at(-1)?.trimEnd().endsWith(':');
}

/** Keeps count of the brackets; why it cannot. */
function follow(brackets: string[], token: string): string | undefined {
  if (token === '"') return TORN;
  if (token === '{' || token === '[') {
    brackets.push(token);
    return brackets.length > MAX_OPEN ? `it is nested deeper than ${MAX_OPEN} levels` : undefined;
  }
  if (token !== '}' && token !== ']') return undefined;
  return brackets.pop() === (token === '}' ? '{' : '[') ? undefined : NO_JSON;
}

/** What stands for NaN while JSON is parsed, which has no word for it. */
const NAN = '\u0000NaN';

function parse(text: string): unknown {
  try {
    return JSON.parse(/NaN|Infinity/.test(text) ? lenient(text) : text);
  } catch {
    // Whoever asked tells the line.
    return undefined;
  }
}

const NUMBERLESS = new RegExp(String.raw`${STRING}|-?\b(?:NaN|Infinity)\b`, 'gs');

/** Python writes NaN and Infinity, which JSON does not know; inside a string the word stays readable. */
function lenient(text: string): string {
  return text.replace(NUMBERLESS, (token) => {
    if (token.startsWith('"')) return token;
    if (token.endsWith('NaN')) return JSON.stringify(NAN);
    return token.startsWith('-') ? '-1e999' : '1e999';
  });
}

/** The number that a value is, NaN too; undefined: it is none. */
export function numberIn(value: unknown): number | undefined {
  if (value === NAN) return Number.NaN;
  return typeof value === 'number' ? value : undefined;
}
