import type { Findings } from '../findings.ts';
import { asWritten, type Field } from './draft/fields.ts';
import { reportComputed } from './not-converted.ts';
import { jsonOf } from './python/json.ts';
import { type PyValue, scalarOf } from './python/value.ts';

/** The scalar as YAML writes it; undefined where Python computes it, and for `None`. */
export function scalarField(value: PyValue | undefined): Field | undefined {
  if (value?.kind === 'text') return value.text;
  if (value?.kind === 'number') return asWritten(value.text);
  return value?.kind === 'bool' ? value.value : undefined;
}

/** A param's value: a scalar, or JSON of what is none. */
export function paramField(value: PyValue | undefined): Field | undefined {
  if (value?.kind === 'list' || value?.kind === 'dict') return jsonOf(value);
  return scalarField(value);
}

export function textField(what: string, value: PyValue | undefined, findings: Findings): string | undefined {
  if (value === undefined || value.kind === 'none') return undefined;
  const text = scalarOf(value);
  if (text === undefined) reportComputed(what, value, findings);
  return text;
}

/** The texts of a list, or the one text; what Python computes among them is told. */
export function textsField(what: string, value: PyValue | undefined, findings: Findings): readonly string[] {
  if (value === undefined || value.kind === 'none') return [];
  const items = value.kind === 'list' ? value.items : [value];
  return items.flatMap((item) => textField(what, item, findings) ?? []);
}

export function namesField(
  what: string,
  value: PyValue | undefined,
  findings: Findings,
): Readonly<Record<string, string>> {
  if (value === undefined || value.kind === 'none') return {};
  if (value.kind !== 'dict') {
    reportComputed(what, value, findings);
    return {};
  }
  const entries = value.entries.flatMap(([key, item]) => {
    const name = scalarOf(key);
    const text = textField(`${what} ${name ?? ''}`.trim(), item, findings);
    return name === undefined || text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(entries);
}
