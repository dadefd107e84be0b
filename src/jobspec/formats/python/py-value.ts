/** What Python would hold: an `int` is never taken for a `float`, for the two print differently. */
export type PyValue =
  | { readonly kind: 'none' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'str'; readonly value: string }
  | { readonly kind: 'list'; readonly items: readonly PyValue[] }
  | { readonly kind: 'tuple'; readonly items: readonly PyValue[] }
  | { readonly kind: 'dict'; readonly entries: readonly PyEntry[] };

type PyEntry = readonly [key: PyValue, value: PyValue];

export const NONE: PyValue = { kind: 'none' };

export function bool(value: boolean): PyValue {
  return { kind: 'bool', value };
}

export function int(value: bigint): PyValue {
  return { kind: 'int', value };
}

export function float(value: number): PyValue {
  return { kind: 'float', value };
}

export function str(value: string): PyValue {
  return { kind: 'str', value };
}

export function list(items: readonly PyValue[]): PyValue {
  return { kind: 'list', items };
}

/** More digits than any setting has; arithmetic with them would take its time. */
export const MAX_DIGITS = 400;

/** What counts as false in a condition. */
export function isTrue(value: PyValue): boolean {
  switch (value.kind) {
    case 'none':
      return false;
    case 'bool':
      return value.value;
    case 'int':
      return value.value !== 0n;
    case 'float':
      return value.value !== 0;
    case 'str':
      return value.value !== '';
    case 'list':
    case 'tuple':
      return value.items.length > 0;
    case 'dict':
      return value.entries.length > 0;
  }
}

/** The number behind a value; `True` is 1 in Python. */
export function numberOf(value: PyValue): bigint | number | undefined {
  if (value.kind === 'bool') return value.value ? 1n : 0n;
  return value.kind === 'int' || value.kind === 'float' ? value.value : undefined;
}

export function lookUp(entries: readonly PyEntry[], key: PyValue): PyValue | undefined {
  return entries.findLast(([candidate]) => isEqual(candidate, key))?.[1];
}

export function isEqual(a: PyValue, b: PyValue): boolean {
  const [left, right] = [numberOf(a), numberOf(b)];
  // biome-ignore lint/suspicious/noDoubleEquals: an int and a float of the same value are equal
  if (left !== undefined && right !== undefined) return left == right;
  return a.kind === b.kind && isSameOfKind(a, b);
}

function isSameOfKind(a: PyValue, b: PyValue): boolean {
  if (a.kind === 'str' && b.kind === 'str') return a.value === b.value;
  if (a.kind === 'dict' && b.kind === 'dict') return hasSameEntries(a.entries, b.entries);
  if ('items' in a && 'items' in b) return hasSameItems(a.items, b.items);
  return a.kind === 'none';
}

function hasSameItems(a: readonly PyValue[], b: readonly PyValue[]): boolean {
  return a.length === b.length && a.every((item, index) => isSame(item, b[index]));
}

function hasSameEntries(a: readonly PyEntry[], b: readonly PyEntry[]): boolean {
  return a.length === b.length && a.every(([key, value]) => isSame(value, lookUp(b, key)));
}

function isSame(a: PyValue, b: PyValue | undefined): boolean {
  return b !== undefined && isEqual(a, b);
}
