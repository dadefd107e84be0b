import type { SyntaxNode } from '@lezer/common';
import type { PySource } from './source.ts';
import { textOf } from './text.ts';
import { lastPart, type PyCall, type PyValue, scalarOf } from './value.ts';

const MAX_DEPTH = 40;

/** What an expression is without running it; names stand for the constants of the file. */
export function evaluate(node: SyntaxNode, source: PySource, depth = 0): PyValue {
  const at = source.locate(node);
  const computed: PyValue = { kind: 'computed', text: source.textOf(node).slice(0, 200), at };
  if (depth > MAX_DEPTH || !source.mayRead()) return computed;
  const read = READERS[node.name];
  return read?.(node, source, depth + 1) ?? computed;
}

type Reader = (node: SyntaxNode, source: PySource, depth: number) => PyValue | undefined;

const READERS: Readonly<Record<string, Reader>> = {
  String: textIn,
  FormatString: textIn,
  ContinuedString: joinedText,
  Number: (node, source) => ({
    kind: 'number',
    text: source.textOf(node).replaceAll('_', ''),
    at: source.locate(node),
  }),
  Boolean: (node, source) => ({
    kind: 'bool',
    value: source.textOf(node) === 'True',
    at: source.locate(node),
  }),
  None: (node, source) => ({ kind: 'none', at: source.locate(node) }),
  UnaryExpression: negative,
  BinaryExpression: arithmetic,
  ArrayExpression: listIn,
  TupleExpression: listIn,
  SetExpression: listIn,
  ParenthesizedExpression: (node, source, depth) => {
    const [inner] = childrenOf(node).filter((child) => !/^[()]$/.test(child.name));
    return inner && evaluate(inner, source, depth);
  },
  DictionaryExpression: dictIn,
  VariableName: nameIn,
  MemberExpression: (node, source) => ({ kind: 'name', name: dotted(node, source), at: source.locate(node) }),
  CallExpression: callIn,
};

export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling)
    if (child.name !== 'Comment') children.push(child);
  return children;
}

function textIn(node: SyntaxNode, source: PySource): PyValue | undefined {
  if (node.getChild('FormatReplacement') !== null) return undefined;
  const text = textOf(source.textOf(node));
  return text === undefined ? undefined : { kind: 'text', text, at: source.locate(node) };
}

function joinedText(node: SyntaxNode, source: PySource, depth: number): PyValue | undefined {
  const parts = childrenOf(node).map((child) => evaluate(child, source, depth));
  if (!parts.every((part) => part.kind === 'text')) return undefined;
  return { kind: 'text', text: parts.map((part) => scalarOf(part)).join(''), at: source.locate(node) };
}

function negative(node: SyntaxNode, source: PySource, depth: number): PyValue | undefined {
  const [operator, operand] = childrenOf(node);
  const value = operand && evaluate(operand, source, depth);
  if (operator === undefined || source.textOf(operator) !== '-' || value?.kind !== 'number') return undefined;
  return { kind: 'number', text: `-${value.text}`, at: source.locate(node) };
}

const OPERATIONS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '*': (a, b) => a * b,
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
};

/** Sums and products of whole numbers, as in `16 * 1024`: they are constants, and no guess. */
function arithmetic(node: SyntaxNode, source: PySource, depth: number): PyValue | undefined {
  const [left, operator, right] = childrenOf(node);
  const [a, b] = [left, right].map((side) => side && wholeNumber(evaluate(side, source, depth)));
  const sign = operator === undefined ? '' : source.textOf(operator);
  if (a === undefined || b === undefined || !Object.hasOwn(OPERATIONS, sign)) return undefined;
  const result = OPERATIONS[sign]?.(a, b);
  if (!Number.isSafeInteger(result)) return undefined;
  return { kind: 'number', text: String(result), at: source.locate(node) };
}

function wholeNumber(value: PyValue): number | undefined {
  return value.kind === 'number' && /^-?\d{1,15}$/.test(value.text) ? Number(value.text) : undefined;
}

function listIn(node: SyntaxNode, source: PySource, depth: number): PyValue {
  const items = childrenOf(node).filter(({ name }) => !/^[[\](){},]$/.test(name));
  return { kind: 'list', items: items.map((item) => evaluate(item, source, depth)), at: source.locate(node) };
}

function dictIn(node: SyntaxNode, source: PySource, depth: number): PyValue | undefined {
  const parts = childrenOf(node).filter(({ name }) => !/^[{},]$/.test(name));
  const entries: (readonly [PyValue, PyValue])[] = [];
  for (let index = 0; index < parts.length; index += 3) {
    const [key, colon, value] = parts.slice(index, index + 3);
    if (colon?.name !== ':' || key === undefined || value === undefined) return undefined;
    entries.push([evaluate(key, source, depth), evaluate(value, source, depth)]);
  }
  return { kind: 'dict', entries, at: source.locate(node) };
}

function nameIn(node: SyntaxNode, source: PySource, depth: number): PyValue {
  const name = source.textOf(node);
  const constant = source.constants.values.get(name);
  const value = constant && evaluate(constant, source, depth);
  if (value !== undefined && value.kind !== 'computed') return value;
  return { kind: 'name', name: source.constants.imports.get(name) ?? name, at: source.locate(node) };
}

/** `a.b.c`, with what `a` was imported as. */
export function dotted(node: SyntaxNode, source: PySource): string {
  const [first = '', ...rest] = source.textOf(node).replace(/\s/g, '').split('.');
  return [source.constants.imports.get(first) ?? first, ...rest].join('.').slice(0, 200);
}

function callIn(node: SyntaxNode, source: PySource, depth: number): PyValue | undefined {
  const [callee, list] = childrenOf(node);
  if (callee === undefined || list?.name !== 'ArgList') return undefined;
  if (callee.name !== 'VariableName' && callee.name !== 'MemberExpression') return undefined;
  const call = callOf(dotted(callee, source), list, source, depth);
  const isDict = lastPart(call.name) === 'dict' && call.spread.length === 0 && call.values.length === 0;
  return { ...(isDict ? dictOf(call) : call), at: source.locate(node) };
}

/** A call of a name with the arguments of a list; of a decorator, too. */
export function callOf(name: string, list: SyntaxNode | null, source: PySource, depth = 0): PyCall {
  const values: PyValue[] = [];
  const keywords = new Map<string, PyValue>();
  const spread: string[] = [];
  for (const argument of argumentsIn(list)) {
    const [first, second, third] = argument;
    if (first === undefined) continue;
    if (/^\*\*?$/.test(first.name)) spread.push(argument.map((part) => source.textOf(part)).join(''));
    else if (second?.name === 'AssignOp' && third !== undefined)
      keywords.set(source.textOf(first), evaluate(third, source, depth));
    else values.push(evaluate(first, source, depth));
  }
  const at = list === null ? { file: source.file } : source.locate(list);
  return { kind: 'call', name, values, keywords, spread, at };
}

/** The nodes between commas. */
function argumentsIn(list: SyntaxNode | null): readonly (readonly SyntaxNode[])[] {
  const all: SyntaxNode[][] = [[]];
  for (const node of list === null ? [] : childrenOf(list)) {
    if (node.name === ',') all.push([]);
    else if (node.name !== '(' && node.name !== ')') all.at(-1)?.push(node);
  }
  return all;
}

function dictOf({ keywords, at }: PyCall): PyValue {
  const entries = [...keywords].map(([key, value]) => [{ kind: 'text', text: key, at }, value] as const);
  return { kind: 'dict', entries, at };
}
