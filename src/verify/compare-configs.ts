import type { Difference } from './difference.ts';

/** Layers are compared by themselves. */
const APART = /^rootfs(?:\.|$)/;
const LONGEST_VALUE = 200;

/** The fields of two image configs that are not the same, by their places; variables are compared by name. */
export function compareConfigs(published: object, rebuilt: object): readonly Difference[] {
  const [before, after] = [fieldsOf(published), fieldsOf(rebuilt)];
  const places = [...new Set([...before.keys(), ...after.keys()])].filter((place) => !APART.test(place));
  return places
    .filter((place) => before.get(place) !== after.get(place))
    .map((place) => ({
      place,
      attribute: 'value',
      published: shown(before.get(place)),
      rebuilt: shown(after.get(place)),
    }));
}

/** Every leaf of a document by its place, the values as JSON. */
function fieldsOf(document: object): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const walk = (value: unknown, place: string): void => {
    if (place === 'config.Env' && Array.isArray(value)) addVariables(value, fields);
    else if (isLeaf(value)) fields.set(place, JSON.stringify(value));
    else
      for (const [key, member] of Object.entries(value as object))
        walk(member, placeOf(place, key, value as object));
  };
  walk(document, '');
  return fields;
}

function isLeaf(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Object.keys(value).length === 0;
}

function placeOf(place: string, key: string, parent: object): string {
  if (Array.isArray(parent)) return `${place}[${key}]`;
  const name = /^\w+$/.test(key) ? key : JSON.stringify(key);
  return place === '' ? name : `${place}.${name}`;
}

function addVariables(entries: readonly unknown[], fields: Map<string, string>): void {
  const names: string[] = [];
  for (const entry of entries.map(String)) {
    const [name = '', ...value] = entry.split('=');
    names.push(name);
    fields.set(`config.Env.${name}`, JSON.stringify(value.join('=')));
  }
  fields.set('config.Env (order)', JSON.stringify(names));
}

function shown(value: string | undefined): string | undefined {
  return value !== undefined && value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value;
}
