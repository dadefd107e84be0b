import type { Finding } from '../../../errors.ts';
import { type MapNode, mapNode, type Node } from '../../node.ts';

type Report = (finding: Finding) => void;

/** `<<: *base` takes over the keys of another mapping, below its own: https://yaml.org/type/merge.html */
export function mergeKeys(node: Node, report: Report): Node {
  if (node.kind === 'list') return { ...node, items: node.items.map((item) => mergeKeys(item, report)) };
  if (node.kind !== 'map') return node;
  const merged = [...node.entries].map(
    ([key, { key: place, value }]) => [key, { key: place, value: mergeKeys(value, report) }] as const,
  );
  return mapNode([...mergedInto(node, merged, report), ...withoutMerge(merged)], node.location);
}

type Entries = readonly (readonly [string, { readonly key: Node['location']; readonly value: Node }])[];

function withoutMerge(entries: Entries): Entries {
  return entries.filter(([key]) => key !== '<<');
}

/** Of several mappings the first one holds. */
function mergedInto(node: MapNode, entries: Entries, report: Report): Entries {
  const merge = entries.find(([key]) => key === '<<')?.[1].value;
  if (merge === undefined) return [];
  const sources = merge.kind === 'list' ? merge.items : [merge];
  const maps = sources.flatMap((source) => (source.kind === 'map' ? [source] : []));
  if (maps.length < sources.length) {
    report({
      level: 'error',
      code: 'yaml',
      message: '"<<" takes over the keys of mappings, and this is none',
      hint: 'write "<<: *name" for a mapping that is marked with "&name"',
      location: merge.location ?? node.location,
    });
  }
  return maps.toReversed().flatMap((map) => [...map.entries]);
}
