import { unescaped } from './escapes.ts';
import { bool, float, int, list, MAX_DIGITS, NONE, numberOf, type PyValue, str } from './py-value.ts';

const MAX_LENGTH = 20_000;
const MAX_DEPTH = 20;

const NUMBER =
  /(?:0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\d+(?:_\d+)*)?\.\d+(?:_\d+)*(?:[eE][-+]?\d+)?|\d+(?:_\d+)*\.?(?:[eE][-+]?\d+)?)(?![\w.])/y;
const STRING = /'(?:[^'\\\n]|\\[^\n])*'|"(?:[^"\\\n]|\\[^\n])*"/y;
const NAME = /(?:True|False|None)\b/y;

class NoLiteral extends Error {}

/**
 * What `ast.literal_eval` reads: numbers, texts in quotes, lists, tuples, dicts, `True`, `False` and `None`.
 * undefined for everything else, as for `007` and for a bare word.
 * https://docs.python.org/3/library/ast.html#ast.literal_eval
 */
export function pythonLiteral(text: string): PyValue | undefined {
  if (text.length > MAX_LENGTH || !/^[-+(["'{.\dTFN]/.test(text)) return undefined;
  const reader = new LiteralReader(text);
  try {
    return reader.whole();
  } catch (error) {
    if (error instanceof NoLiteral) return undefined;
    throw error;
  }
}

class LiteralReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** A comma makes a tuple, with or without parentheses. */
  whole(): PyValue {
    const first = this.#value();
    const items = [first];
    const isTuple = this.#takes(',');
    if (isTuple) while (!this.#isAtEnd()) this.#further(items);
    if (!this.#isAtEnd()) throw new NoLiteral();
    return isTuple ? { kind: 'tuple', items } : first;
  }

  #further(items: PyValue[]): void {
    items.push(this.#value());
    if (!this.#takes(',') && !this.#isAtEnd()) throw new NoLiteral();
  }

  #isAtEnd(): boolean {
    this.#skip();
    return this.#at === this.#text.length;
  }

  /** Line ends count as blanks inside brackets only; such texts are rare enough. */
  #skip(): void {
    const blank = this.#depth > 0 ? /\s/ : /[ \t\n]/;
    while (blank.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  #takes(character: string): boolean {
    this.#skip();
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #value(): PyValue {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new NoLiteral();
    const value = this.#collection() ?? this.#scalar();
    this.#depth -= 1;
    return value;
  }

  #collection(): PyValue | undefined {
    if (this.#takes('[')) return list(this.#items(']').items);
    if (this.#takes('{')) return { kind: 'dict', entries: this.#entries() };
    if (!this.#takes('(')) return undefined;
    const { items, commas } = this.#items(')');
    const [only] = items;
    return only !== undefined && commas === 0 ? only : { kind: 'tuple', items };
  }

  #items(end: string): { readonly items: readonly PyValue[]; readonly commas: number } {
    const items: PyValue[] = [];
    let commas = 0;
    while (!this.#takes(end)) {
      if (items.length > commas) throw new NoLiteral();
      items.push(this.#value());
      if (this.#takes(',')) commas += 1;
    }
    return { items, commas };
  }

  #entries(): readonly (readonly [PyValue, PyValue])[] {
    const entries: (readonly [PyValue, PyValue])[] = [];
    let commas = 0;
    while (!this.#takes('}')) {
      if (entries.length > commas) throw new NoLiteral();
      entries.push(this.#entry());
      if (this.#takes(',')) commas += 1;
    }
    return entries;
  }

  #entry(): readonly [PyValue, PyValue] {
    const key = this.#value();
    if (!this.#takes(':')) throw new NoLiteral();
    return [key, this.#value()];
  }

  #scalar(): PyValue {
    this.#skip();
    const string = this.#match(STRING);
    if (string !== undefined) return str(unescaped(string.slice(1, -1)));
    const name = this.#match(NAME);
    if (name !== undefined) return name === 'None' ? NONE : bool(name === 'True');
    if (this.#takes('-')) return negative(this.#number());
    this.#takes('+');
    return this.#number();
  }

  #number(): PyValue {
    this.#skip();
    const written = this.#match(NUMBER);
    if (written === undefined || written.length > MAX_DIGITS) throw new NoLiteral();
    const digits = written.replaceAll('_', '');
    if (/^0[xob]/i.test(digits)) return int(BigInt(digits));
    if (/[.eE]/.test(digits)) return float(Number(digits));
    if (/^0+[1-9]/.test(digits)) throw new NoLiteral();
    return int(BigInt(digits));
  }
}

function negative(value: PyValue): PyValue {
  const number = numberOf(value);
  return typeof number === 'bigint' ? int(-number) : float(-(number ?? 0));
}
