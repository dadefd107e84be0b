import type { Findings } from '../../findings.ts';
import { report, reportComputed } from '../not-converted.ts';
import { lastPart, type PyValue, shown } from '../python/value.ts';

/** Settings of one image or machine, as a call of a class or a mapping has them. */
export type Settings = ReadonlyMap<string, PyValue>;

/** Of several settings, lists and mappings together; of other values the first. */
export function mergeSettings(all: readonly Settings[], findings: Findings): Settings {
  const merged = new Map<string, PyValue>();
  for (const settings of all) {
    for (const [key, value] of settings) {
      const known = merged.get(key);
      merged.set(key, known === undefined ? value : mergedValue(key, known, value, findings));
    }
  }
  return merged;
}

function mergedValue(key: string, known: PyValue, value: PyValue, findings: Findings): PyValue {
  if (known.kind === 'list' && value.kind === 'list') {
    const seen = new Set(known.items.map(shown));
    return { ...known, items: [...known.items, ...value.items.filter((item) => !seen.has(shown(item)))] };
  }
  if (known.kind === 'dict' && value.kind === 'dict') {
    const seen = new Set(known.entries.map(([name]) => shown(name)));
    const further = value.entries.filter(([name]) => !seen.has(shown(name)));
    return { ...known, entries: [...known.entries, ...further] };
  }
  if (shown(known) !== shown(value))
    report(
      `${key}: "${shown(value)}" is of other steps, and the job has "${shown(known)}": one image is for all`,
      value.at,
      findings,
    );
  return known;
}

/** Keys of `settings` that are of one component of a stack. */
export function reportComponents(settings: PyValue | undefined, findings: Findings): void {
  if (settings === undefined) return;
  if (settings.kind !== 'dict') {
    if (settings.kind !== 'none') reportComputed('settings', settings, findings);
    return;
  }
  for (const [key, value] of settings.entries) {
    const name = key.kind === 'name' ? lastPart(key.name) : shown(key);
    if (name === 'docker' || name === 'resources') continue;
    report(
      `settings of "${name}": of a stack; choose the machine with "runs-on" or "backend"`,
      value.at,
      findings,
    );
  }
}
