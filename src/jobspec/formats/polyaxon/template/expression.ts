import { bool, float, int, MAX_DIGITS, NONE, type PyValue, str } from '../../python/py-value.ts';
import { END, HINT, type Token, tokensOf, unexpected } from './expression-tokens.ts';
import { TemplateError } from './template-error.ts';

/** An expression of the part of Jinja that specs use. */
export type Expression =
  | { readonly kind: 'value'; readonly value: PyValue }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'member'; readonly of: Expression; readonly key: Expression }
  | { readonly kind: 'filter'; readonly of: Expression; readonly name: string; readonly rest: Arguments }
  | { readonly kind: 'defined'; readonly of: Expression }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'negative'; readonly of: Expression }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise?: Expression | undefined;
    };

type Arguments = readonly Expression[];

const MAX_DEPTH = 30;

/** Operators by how strongly they bind, the weakest first: https://jinja.palletsprojects.com/en/stable/templates/#expressions */
const LEVELS: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['==', '!=', '<', '<=', '>', '>=', 'in', 'not in'],
  ['+', '-'],
  ['~'],
  ['*', '/', '//', '%'],
];
const COMPARISON = 2;

export function parseExpression(text: string): Expression {
  return new ExpressionParser(tokensOf(text)).whole();
}

class ExpressionParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    if (this.#tokens.length === 0) throw new TemplateError('there is nothing between the braces');
    const expression = this.#conditional();
    if (this.#next.kind !== 'end') throw unexpected(this.#next.text);
    return expression;
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? END;
  }

  #takes(...words: readonly string[]): string | undefined {
    const { kind, text } = this.#next;
    if ((kind !== 'operator' && kind !== 'name') || !words.includes(text)) return undefined;
    this.#at += 1;
    return text;
  }

  #expect(word: string): void {
    if (this.#takes(word) === undefined) throw unexpected(this.#next.text);
  }

  #conditional(): Expression {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new TemplateError('it is nested too deeply');
    const then = this.#binary(0);
    this.#depth -= 1;
    if (this.#takes('if') === undefined) return then;
    const condition = this.#binary(0);
    const otherwise = this.#takes('else') === undefined ? undefined : this.#conditional();
    return { kind: 'if', condition, then, otherwise };
  }

  #binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary();
    if (level === COMPARISON && this.#takes('not') !== undefined) {
      return { kind: 'not', of: this.#binary(COMPARISON) };
    }
    let left = this.#binary(level + 1);
    for (let operator = this.#operator(operators); operator; operator = this.#operator(operators)) {
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) };
    }
    return level === COMPARISON ? this.#test(left) : left;
  }

  #operator(operators: readonly string[]): string | undefined {
    if (
      operators.includes('not in') &&
      this.#next.text === 'not' &&
      this.#tokens[this.#at + 1]?.text === 'in'
    ) {
      this.#at += 2;
      return 'not in';
    }
    return this.#takes(...operators);
  }

  /** `is defined` and its opposite, and no other test. */
  #test(of: Expression): Expression {
    if (this.#takes('is') === undefined) return of;
    const isNegated = this.#takes('not') !== undefined;
    const test = this.#takes('defined', 'undefined', 'none');
    if (test === undefined) throw unexpected(this.#next.text);
    const tested: Expression =
      test === 'none'
        ? { kind: 'binary', operator: '==', left: of, right: { kind: 'value', value: NONE } }
        : { kind: 'defined', of };
    return isNegated === (test === 'undefined') ? tested : { kind: 'not', of: tested };
  }

  #unary(): Expression {
    if (this.#takes('-') !== undefined) return { kind: 'negative', of: this.#unary() };
    this.#takes('+');
    return this.#postfix(this.#primary());
  }

  #postfix(start: Expression): Expression {
    let of = start;
    for (let sign = this.#takes('.', '[', '|', '('); sign; sign = this.#takes('.', '[', '|', '(')) {
      of = this.#behind(of, sign);
    }
    return of;
  }

  #behind(of: Expression, sign: string): Expression {
    if (sign === '(') throw new TemplateError('functions cannot be called', HINT);
    if (sign === '[') {
      const key = this.#conditional();
      this.#expect(']');
      return { kind: 'member', of, key };
    }
    const { kind, text } = this.#next;
    if (kind !== 'name' && !(sign === '.' && kind === 'number')) throw unexpected(text);
    this.#at += 1;
    if (sign === '|') return { kind: 'filter', of, name: text, rest: this.#arguments() };
    return {
      kind: 'member',
      of,
      key: { kind: 'value', value: kind === 'name' ? str(text) : numberValue(text) },
    };
  }

  #arguments(): Arguments {
    return this.#takes('(') === undefined ? [] : this.#items(')');
  }

  #items(end: string): readonly Expression[] {
    const items: Expression[] = [];
    while (this.#takes(end) === undefined) {
      if (items.length > 0) this.#expect(',');
      items.push(this.#conditional());
    }
    return items;
  }

  #primary(): Expression {
    const { kind, text } = this.#next;
    this.#at += 1;
    if (kind === 'number') return { kind: 'value', value: numberValue(text) };
    if (kind === 'string') return { kind: 'value', value: str(text) };
    if (kind === 'name') return named(text);
    if (text === '[' && kind === 'operator') return { kind: 'list', items: this.#items(']') };
    if (text !== '(' || kind !== 'operator') throw unexpected(text);
    const inside = this.#conditional();
    this.#expect(')');
    return inside;
  }
}

const WORDS: ReadonlyMap<string, PyValue> = new Map([
  ['true', bool(true)],
  ['True', bool(true)],
  ['false', bool(false)],
  ['False', bool(false)],
  ['none', NONE],
  ['None', NONE],
]);
const RESERVED = new Set(['and', 'or', 'not', 'if', 'else', 'in', 'is']);

function named(name: string): Expression {
  if (RESERVED.has(name)) throw unexpected(name);
  const value = WORDS.get(name);
  return value === undefined ? { kind: 'name', name } : { kind: 'value', value };
}

function numberValue(text: string): PyValue {
  if (text.length > MAX_DIGITS) throw new TemplateError('a number is too long');
  return text.includes('.') ? float(Number(text)) : int(BigInt(text));
}
