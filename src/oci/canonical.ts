import { hasher } from './digest.ts';
import type { Digest } from './types.ts';

/**
 * JSON with one spelling per value, after RFC 8785: no spaces, keys sorted by UTF-16 code units whatever the locale.
 * An undefined property is absent; a Map with text keys is an object. Anything else JSON cannot say is a bug of the caller.
 */
export function canonicalJson(value: unknown): string {
  let whole = '';
  write(value, (text) => {
    whole += text;
  });
  return whole;
}

/** Characters that are hashed at once. */
const PIECE = 65_536;

/** The hash of everything that determines something. A list of 200,000 files is never one text. */
export function idOf(value: unknown): Digest {
  const hash = hasher();
  let piece = '';
  write(value, (text) => {
    piece += text;
    if (piece.length < PIECE) return;
    hash.update(piece);
    piece = '';
  });
  hash.update(piece);
  return hash.digest();
}

/** A list whose items are made when they are written, because all of them at once would take much memory. */
export class LazyList {
  readonly items: () => Iterable<unknown>;

  constructor(items: () => Iterable<unknown>) {
    this.items = items;
  }
}

/** Each text is whole: no character is cut in two. */
type Write = (text: string) => void;

function write(value: unknown, out: Write): void {
  if (value instanceof Map) writeObject([...value.entries()], out);
  // Both spellings are the same here, and an id is of thousands of such lists: one for each file.
  else if (Array.isArray(value) && value.every(isText)) out(JSON.stringify(value));
  else if (Array.isArray(value)) writeList(value, out);
  else if (value instanceof LazyList) writeList(value.items(), out);
  else if (isPlainObject(value)) writeObject(Object.entries(value), out);
  else out(scalarText(value));
}

function writeList(values: Iterable<unknown>, out: Write): void {
  let isEmpty = true;
  for (const value of values) {
    out(isEmpty ? '[' : ',');
    isEmpty = false;
    write(value, out);
  }
  out(isEmpty ? '[]' : ']');
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean';
}

function writeObject(entries: readonly (readonly [unknown, unknown])[], out: Write): void {
  const members = entries
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [keyOf(key), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  out('{');
  for (const [index, [key, value]] of members.entries()) {
    out(`${index > 0 ? ',' : ''}${JSON.stringify(key)}:`);
    write(value, out);
  }
  out('}');
}

function keyOf(key: unknown): string {
  if (typeof key === 'string') return key;
  throw new TypeError(`canonical JSON has text keys only, not ${typeof key}`);
}

function scalarText(value: unknown): string {
  const sayable =
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value));
  if (!sayable) throw new TypeError(`canonical JSON cannot say ${String(value)}`);
  return JSON.stringify(value);
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
