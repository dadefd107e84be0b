import { at, type MapNode, mapNode, type Node, textNode, valueNode } from '../../yaml/node.ts';

/** The description of a place, in whose files numbers and flags are what they are and not their texts. */
export function withTypedFiles(site: MapNode): MapNode {
  const submit = at(site, ['submit']);
  const files = at(site, ['submit', 'files']);
  if (submit?.kind !== 'map' || files === undefined) return site;
  return withEntry(site, 'submit', withEntry(submit, 'files', typed(files)));
}

function withEntry(map: MapNode, name: string, value: Node): MapNode {
  return mapNode(
    [...map.entries].map(([key, entry]) => [key, key === name ? { ...entry, value } : entry] as const),
    map.location,
  );
}

function typed(node: Node): Node {
  if (node.kind === 'list') return { ...node, items: node.items.map(typed) };
  if (node.kind === 'map')
    return mapNode(
      [...node.entries].map(([key, entry]) => [key, { ...entry, value: typed(entry.value) }] as const),
      node.location,
    );
  if (node.kind !== 'text') return node;
  if (node.type === 'bool') return valueNode(/^true$/i.test(node.text), node.location);
  if (node.type === 'int' || node.type === 'float') return valueNode(Number(node.text), node.location);
  return textNode(node.text, node.location);
}
