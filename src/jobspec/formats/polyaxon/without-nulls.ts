import { type MapNode, mapNode, type Node } from '../../yaml/node.ts';

/** What is data of the user, in which nothing is a value as any other. */
const DATA: ReadonlySet<string> = new Set(['params', 'declarations', 'matrix', 'settings']);

/** A command is asked for, so that one without a value is an error there as well. */
const REQUIRED = 'cmd';

/** Polyaxon takes a key without a value, as it is left when its lines are commented out, for one that is not there. */
export function withoutNulls(root: MapNode): MapNode {
  const entries = [...root.entries].filter(([key, { value }]) => key === REQUIRED || value.kind !== 'null');
  return mapNode(
    entries.map(([key, { key: place, value }]) => [
      key,
      { key: place, value: DATA.has(key) ? value : within(value) },
    ]),
    root.location,
  );
}

function within(node: Node): Node {
  if (node.kind === 'map') return withoutNulls(node);
  return node.kind === 'list' ? { ...node, items: node.items.map(within) } : node;
}
