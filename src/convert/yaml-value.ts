import type { Node } from '../jobspec/yaml/node.ts';
import type { PyValue } from './python/value.ts';

/** A value of YAML as the same in Python would be. */
export function yamlValue(node: Node): PyValue {
  const at = node.location;
  if (node.kind === 'list') return { kind: 'list', items: node.items.map(yamlValue), at };
  if (node.kind === 'map') {
    const entries = [...node.entries].map(
      ([key, { key: place, value }]) => [{ kind: 'text', text: key, at: place }, yamlValue(value)] as const,
    );
    return { kind: 'dict', entries, at };
  }
  if (node.kind !== 'text') return { kind: 'none', at };
  if (node.type === 'bool') return { kind: 'bool', value: /^t/i.test(node.text), at };
  const isNumber = node.type !== 'string' && /^[-+]?[\d.]+(?:[eE][-+]?\d+)?$/.test(node.text);
  return { kind: isNumber ? 'number' : 'text', text: node.text, at };
}

/** The members of a mapping by their names. */
export function membersOf(value: PyValue | undefined): ReadonlyMap<string, PyValue> {
  if (value?.kind === 'call') return value.keywords;
  if (value?.kind !== 'dict') return new Map();
  return new Map(
    value.entries.flatMap(([key, item]) => (key.kind === 'text' ? [[key.text, item] as const] : [])),
  );
}

export function memberAt(value: PyValue | undefined, path: readonly string[]): PyValue | undefined {
  return path.reduce<PyValue | undefined>((found, key) => membersOf(found).get(key), value);
}
