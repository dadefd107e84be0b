import type { Reading } from '../../../jobspec/job/sites.ts';
import { jsonIn } from '../../../json.ts';

/** What a program of a place has said, and how it ended. */
export interface Said {
  readonly stdout: string;
  readonly code: number;
}

/** One value of it; undefined: it is not there. */
export function readValue(reading: Reading, { code, stdout }: Said): string | undefined {
  if (reading === undefined) return textOf(stdout);
  if (reading.kind === 'exit-code') return String(code);
  if (reading.kind === 'json') return textOf(valueIn(jsonIn(stdout), reading.path));
  const found = reading.pattern.exec(stdout);
  return found === null ? undefined : textOf(found[1] ?? found[0]);
}

/** Numbers and flags as JSON writes them; a list or an object is no value. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
}

export function valueIn(json: unknown, path: readonly string[]): unknown {
  let value = json;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}
