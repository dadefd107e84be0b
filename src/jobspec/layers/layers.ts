import type { Location } from '../../errors.ts';
import { type MapNode, mapNode, type Node } from '../yaml/node.ts';

type Entries = MapNode['entries'];

/** Keys of which the upper layer's own takes the place of the lower one's other. */
const EITHER: ReadonlyMap<string, readonly (readonly [string, string])[]> = new Map([
  ['', [['run', 'command']] as const],
  ['image', [['base', 'dockerfile']] as const],
]);

/**
 * A layer on top of defaults: mappings merge one level deep, everything else is replaced.
 * Every value keeps the place it was written at.
 */
export function overlay(lower: MapNode, upper: MapNode): MapNode {
  const merged = new Map(without(lower.entries, upper.entries, ''));
  for (const [key, entry] of upper.entries) {
    const below = merged.get(key)?.value;
    const value = below === undefined ? entry.value : overlayValue(below, entry.value, key);
    merged.set(key, { key: entry.key, value });
  }
  return mapNode(merged, upper.location);
}

/** A layer on top of another: mappings merge to any depth, everything else is replaced. */
export function deepOverlay(lower: MapNode, upper: MapNode): MapNode {
  const merged = new Map(lower.entries);
  for (const [key, entry] of upper.entries) {
    const below = merged.get(key)?.value;
    const merges = below?.kind === 'map' && entry.value.kind === 'map';
    merged.set(key, merges ? { ...entry, value: deepOverlay(below, entry.value) } : entry);
  }
  return mapNode(merged, lower.location);
}

function overlayValue(lower: Node, upper: Node, key: string): Node {
  if (lower.kind !== 'map' || upper.kind !== 'map') return upper;
  const entries = [...without(lower.entries, upper.entries, key), ...upper.entries];
  return mapNode(entries, upper.location);
}

function without(lower: Entries, upper: Entries, key: string): Entries {
  const kept = new Map(lower);
  for (const pair of EITHER.get(key) ?? []) {
    if (pair.some((one) => upper.has(one))) for (const one of pair) kept.delete(one);
  }
  return kept;
}

/** The mapping without some of its keys. */
export function omit(node: MapNode, keys: readonly string[]): MapNode {
  return mapNode(
    [...node.entries].filter(([key]) => !keys.includes(key)),
    node.location,
  );
}

/** The mapping with one value set, at a path of keys and list indexes; what stands in the way is replaced. */
export function withValue(root: MapNode, path: readonly string[], value: Node): MapNode {
  return setIn(root, path, value, value.location) as MapNode;
}

function setIn(node: Node | undefined, path: readonly string[], value: Node, location: Location): Node {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (node?.kind === 'list' && /^\d{1,3}$/.test(key) && Number(key) <= node.items.length) {
    const items = [...node.items];
    items[Number(key)] = setIn(items[Number(key)], rest, value, location);
    return { ...node, items };
  }
  const entries = new Map(node?.kind === 'map' ? node.entries : []);
  const below = entries.get(key);
  entries.set(key, { key: below?.key ?? location, value: setIn(below?.value, rest, value, location) });
  return mapNode(entries, node?.location ?? location);
}
