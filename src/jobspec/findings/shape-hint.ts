import { flowWord, wordsOf } from '../values/flow.ts';
import type { ListNode, MapNode, Node, Path } from '../yaml/node.ts';
import { hintForValue } from './hints.ts';

/** What was written, in the shape that is wanted; undefined where it cannot be told. */
export function shapeHint(node: Node, expected: readonly string[], path: Path): string | undefined {
  const key = String(path.at(-1));
  if (node.kind === 'text' && expected.includes('a list')) return listHint(key, node.text, path);
  if (node.kind === 'text') return hintForValue(path.join('.'), node.text);
  if (node.kind !== 'list' || !expected.includes('a mapping')) return undefined;
  const members = node.items.map(memberOf);
  if (members.length === 0 || members.includes(undefined)) return undefined;
  return `write "${key}: { ${members.join(', ')} }"`;
}

function listHint(key: string, text: string, path: Path): string {
  if (key !== 'command' || path.length > 1) return `write "${key}: [${flowWord(text)}]"`;
  const run = `"run: ${flowWord(text)}"`;
  const words = wordsOf(text);
  return words === undefined
    ? `write ${run}, which a shell reads`
    : `write "command: [${words.map(flowWord).join(', ')}]", or ${run}`;
}

/** `A=1` as compose has it, `{ name: A, value: 1 }` as Kubernetes has it, `{ A: 1 }` as an item of its own. */
function memberOf(item: ListNode['items'][number]): string | undefined {
  if (item.kind === 'text') {
    const [, name, value] = /^([A-Za-z_][\w.-]*)(?:=(.*))?$/s.exec(item.text) ?? [];
    return name && member(name, value);
  }
  return item.kind === 'map' ? memberOfMap(item) : undefined;
}

function memberOfMap(item: MapNode): string | undefined {
  const name = textAt(item, 'name');
  if (name !== undefined)
    return item.entries.has('valueFrom') ? undefined : member(name, textAt(item, 'value') ?? '');
  const [only, ...others] = item.entries.keys();
  if (only === undefined || others.length > 0) return undefined;
  const value = textAt(item, only);
  return value === undefined ? undefined : member(only, value);
}

function textAt({ entries }: MapNode, key: string): string | undefined {
  const value = entries.get(key)?.value;
  return value?.kind === 'text' ? value.text : undefined;
}

/** A variable without a value comes from the caller. */
function member(name: string, value: string | undefined): string {
  return value === undefined ? `${name}:` : `${name}: ${flowWord(value)}`;
}
