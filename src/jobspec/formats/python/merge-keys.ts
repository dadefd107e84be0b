import { type MapNode, mapNode, type Node } from '../../yaml/node.ts';

type Entries = MapNode['entries'];

/** `<<` as PyYAML reads it: https://yaml.org/type/merge.html. Keys that are written out win. */
export function mergeKeys(node: MapNode): MapNode {
  const merged = new Map([...node.entries].filter(([key]) => key !== '<<').map(mergedEntry));
  const source = node.entries.get('<<')?.value;
  if (source === undefined) return mapNode(merged, node.location);
  const sources = source.kind === 'list' ? source.items : [source];
  const maps = sources.filter((item) => item.kind === 'map').map(mergeKeys);
  if (maps.length < sources.length) return mapNode(node.entries, node.location);
  const below = [...maps].reverse().flatMap((map) => [...map.entries]);
  return mapNode([...below, ...merged], node.location);
}

type Entry = Entries extends ReadonlyMap<string, infer E> ? E : never;

function mergedEntry([name, entry]: readonly [string, Entry]): readonly [string, Entry] {
  return [name, { ...entry, value: mergedNode(entry.value) }];
}

function mergedNode(node: Node): Node {
  if (node.kind === 'map') return mergeKeys(node);
  return node.kind === 'list' ? { ...node, items: node.items.map(mergedNode) } : node;
}
