import type { Location } from '../../errors.ts';
import { type MapNode, mapNode, type Node, type TextNode } from '../yaml/node.ts';

export function listNode(items: readonly Node[], location: Location): Node {
  return { kind: 'list', items, location };
}

/** A mapping of what there is; undefined values leave their keys out. */
export function mapOf(fields: Readonly<Record<string, Node | undefined>>, location: Location): MapNode {
  const entries = Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, { key: value.location, value }] as const],
  );
  return mapNode(entries, location);
}

export function mapAt(node: MapNode, key: string): MapNode | undefined {
  const value = node.entries.get(key)?.value;
  return value?.kind === 'map' ? value : undefined;
}

export function listAt(node: MapNode, key: string): readonly Node[] {
  const value = node.entries.get(key)?.value;
  return value?.kind === 'list' ? value.items : [];
}

export function textAt(node: MapNode, key: string): TextNode | undefined {
  const value = node.entries.get(key)?.value;
  return value?.kind === 'text' ? value : undefined;
}
