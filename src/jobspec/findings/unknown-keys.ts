import type { Finding } from '../../errors.ts';
import { type MapNode, mapNode, type Node, type Path } from '../yaml/node.ts';

/** A key that nobody knows is passed over, with a warning, where its own system may have passed over it too. */
export function unknownKeysAsWarnings(findings: readonly Finding[]): readonly Finding[] {
  return findings.map((finding) =>
    finding.code === 'unknown-key' ? { ...finding, level: 'warning' } : finding,
  );
}

/** The mapping without the keys at these paths. */
export function withoutKeys(root: MapNode, paths: readonly Path[]): MapNode {
  return paths.reduce<MapNode>((left, path) => without(left, path) as MapNode, root);
}

function without(node: Node, [key, ...rest]: Path): Node {
  if (node.kind === 'list') {
    return {
      ...node,
      items: node.items.map((item, at) => (at === Number(key) ? without(item, rest) : item)),
    };
  }
  const entry = node.kind === 'map' ? node.entries.get(String(key)) : undefined;
  if (node.kind !== 'map' || entry === undefined) return node;
  const entries = new Map(node.entries);
  if (rest.length === 0) entries.delete(String(key));
  else entries.set(String(key), { ...entry, value: without(entry.value, rest) });
  return mapNode(entries, node.location);
}
