import type { Location } from '../../errors.ts';

/** What a file of Python says without being run. */
export type PyValue = PyContent & { readonly at: Location };

type PyContent =
  | { readonly kind: 'text'; readonly text: string }
  /** As it is written. */
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'none' }
  | { readonly kind: 'list'; readonly items: readonly PyValue[] }
  | { readonly kind: 'dict'; readonly entries: readonly (readonly [PyValue, PyValue])[] }
  | PyCallContent
  /** A name that the file itself gives no value: `int`, `self.end`, `TENSORFLOW`. */
  | { readonly kind: 'name'; readonly name: string }
  /** Only Python knows the value. */
  | { readonly kind: 'computed'; readonly text: string };

interface PyCallContent {
  readonly kind: 'call';
  /** What is called, with all its dots. */
  readonly name: string;
  readonly values: readonly PyValue[];
  readonly keywords: ReadonlyMap<string, PyValue>;
  /** Arguments that are spread: `*a`, `**b`. */
  readonly spread: readonly string[];
}

export type PyCall = PyCallContent & { readonly at: Location };

/** The last part of a name with dots. */
export function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

export function isCall(value: PyValue | undefined): value is PyCall {
  return value?.kind === 'call';
}

/** A word, number or flag as text; undefined for what is none. */
export function scalarOf(value: PyValue | undefined): string | undefined {
  if (value?.kind === 'text' || value?.kind === 'number') return value.text;
  return value?.kind === 'bool' ? String(value.value) : undefined;
}

export function numberOf(value: PyValue | undefined): number | undefined {
  const text = value?.kind === 'number' || value?.kind === 'text' ? value.text.trim() : '';
  return /^\d{1,12}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
}

/** As a person would recognise it, in one line. */
export function shown(value: PyValue): string {
  if (value.kind === 'none') return 'None';
  if (value.kind === 'list') return `[${value.items.map(shown).join(', ')}]`.slice(0, LONGEST);
  if (value.kind === 'dict') return '{…}';
  if (value.kind === 'call') return `${value.name}(…)`;
  if (value.kind === 'name') return value.name;
  const text = scalarOf(value) ?? (value.kind === 'computed' ? value.text : '');
  const [line = ''] = text.split('\n');
  return line.length > LONGEST || line !== text ? `${line.slice(0, LONGEST)}…` : line;
}

const LONGEST = 60;
