import { sha256 } from './digest.ts';
import type { Digest } from './types.ts';

/**
 * JSON with one spelling per value, after RFC 8785: no spaces, keys sorted by UTF-16 code units whatever the locale.
 * An undefined property is absent; a Map with text keys is an object. Anything else JSON cannot say is a bug of the caller.
 */
export function canonicalJson(value: unknown): string {
  if (value instanceof Map) return objectText([...value.entries()]);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (isPlainObject(value)) return objectText(Object.entries(value));
  return scalarText(value);
}

/** The hash of everything that determines something. */
export function idOf(value: unknown): Digest {
  return sha256(canonicalJson(value));
}

function objectText(entries: readonly (readonly [unknown, unknown])[]): string {
  const members = entries
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [keyOf(key), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${JSON.stringify(key)}:${canonicalJson(value)}`);
  return `{${members.join(',')}}`;
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
