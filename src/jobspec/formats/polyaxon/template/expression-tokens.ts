import { TemplateError } from './template-error.ts';

const TOKEN =
  /\s*(?:(\d+\.\d+(?:[eE][-+]?\d+)?|\d+)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|([A-Za-z_]\w*)|(==|!=|<=|>=|\/\/|\*\*|[-+*/%<>()[\]{}.,|~:]))/y;

const MAX_TOKENS = 200;

export interface Token {
  readonly kind: 'number' | 'string' | 'name' | 'operator' | 'end';
  readonly text: string;
}

export const END: Token = { kind: 'end', text: 'the end' };

export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (match === null) throw unexpected(text.slice(at).trim().slice(0, 20));
    tokens.push(tokenOf(match));
    at += match[0].length;
    if (tokens.length > MAX_TOKENS) throw new TemplateError(`it has more than ${MAX_TOKENS} parts`);
  }
  return tokens;
}

function tokenOf([, number, string, name, operator = '']: RegExpExecArray): Token {
  if (number !== undefined) return { kind: 'number', text: number };
  if (string !== undefined) return { kind: 'string', text: string.slice(1, -1).replace(/\\(.)/g, '$1') };
  return name === undefined ? { kind: 'operator', text: operator } : { kind: 'name', text: name };
}

export function unexpected(what: string): TemplateError {
  return new TemplateError(`"${what}" is not allowed there`, HINT);
}

export const HINT =
  'names, .members, [0], filters such as |length, arithmetic, comparisons and "a if b else c" are supported';
