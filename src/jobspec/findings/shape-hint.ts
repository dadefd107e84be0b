import { flowWord, wordsOf } from '../values/flow.ts';
import type { ListNode, MapNode, Node, Path } from '../yaml/node.ts';
import { hintForValue } from './hints.ts';

/** What was written, in the shape that is wanted; undefined where it cannot be told. */
export function shapeHint(node: Node, expected: readonly string[], path: Path): string | undefined {
  const key = String(path.at(-1));
  if (node.kind === 'text' && expected.includes('a list')) return listHint(key, node.text, path);
  if (node.kind === 'text') return hintForValue(path.join('.'), node.text);
  if (node.kind !== 'list') return undefined;
  return (
    hintOfList(key, node, expected) ?? (expected.includes('a mapping') ? mappingHint(key, node) : undefined)
  );
}

/** Fields in which a list is one of several things to say. */
const WITHIN: Readonly<Record<string, string>> = { gpu: 'names', code: 'include' };

function hintOfList(key: string, { items }: ListNode, expected: readonly string[]): string | undefined {
  const texts = items.flatMap((item) => (item.kind === 'text' ? [flowWord(item.text)] : []));
  const [only] = texts;
  if (only === undefined || texts.length < items.length) return undefined;
  if (Object.hasOwn(WITHIN, key)) return `write "${key}: { ${WITHIN[key]}: [${texts.join(', ')}] }"`;
  return texts.length === 1 && expected.includes('one value') ? `write "${key}: ${only}"` : undefined;
}

/** A variable alone comes from the caller; nothing else goes without a value. */
function mappingHint(key: string, { items }: ListNode): string | undefined {
  const members = items.map(memberOf);
  const known = members.filter((one) => one !== undefined);
  if (members.length === 0 || known.length < members.length) return undefined;
  const written = known.map(({ name, value }) => `${name}: ${value ?? (key === 'env' ? '' : '…')}`.trimEnd());
  const text = `"${key}: { ${written.join(', ')} }"`;
  return text.includes('…') ? `write ${text}, each with its value` : `write ${text}`;
}

/** Names, of which none has a blank or a comma. */
const NAMES: ReadonlySet<string> = new Set(['packages', 'apt', 'conda', 'secrets', 'platforms']);

function listHint(key: string, text: string, path: Path): string {
  const mount = /^(\/[^:\s]*|pvc:[^:\s]+):(\/[^:\s]*)$/.exec(text);
  if (key === 'mounts' && mount !== null) return `write "mounts: [{ from: ${mount[1]}, to: ${mount[2]} }]"`;
  if (key !== 'command' || path.length > 1)
    return `write "${key}: [${itemsIn(key, text).map(flowWord).join(', ')}]"`;
  const run = `"run: ${flowWord(text)}"`;
  const words = wordsOf(text);
  return words === undefined
    ? `write ${run}, which a shell reads`
    : `write "command: [${words.map(flowWord).join(', ')}]", or ${run}`;
}

/** `six, rich` and `six rich`; what begins with no letter goes on with what stands before it: `numpy>=1, <2`. */
function itemsIn(key: string, text: string): readonly string[] {
  const items = NAMES.has(key) ? text.trim().split(/[\s,]+/) : [text];
  return items.every((item) => /^[A-Za-z]/.test(item)) ? items : [text];
}

interface Member {
  readonly name: string;
  readonly value: string | undefined;
}

/** `A=1` as compose has it, `{ name: A, value: 1 }` as Kubernetes has it, `{ A: 1 }` as an item of its own. */
function memberOf(item: ListNode['items'][number]): Member | undefined {
  if (item.kind === 'text') {
    const [, name, value] = /^([A-Za-z_][\w.-]*)(?:=(.*))?$/s.exec(item.text) ?? [];
    return name === undefined ? undefined : { name, value: value === undefined ? value : flowWord(value) };
  }
  return item.kind === 'map' ? memberOfMap(item) : undefined;
}

function memberOfMap(item: MapNode): Member | undefined {
  const name = textAt(item, 'name');
  if (name !== undefined)
    return item.entries.has('valueFrom')
      ? undefined
      : { name, value: flowWord(textAt(item, 'value') ?? textAt(item, 'default') ?? '') };
  const [only, ...others] = item.entries.keys();
  if (only === undefined || others.length > 0) return undefined;
  const value = textAt(item, only);
  return value === undefined ? undefined : { name: only, value: flowWord(value) };
}

function textAt({ entries }: MapNode, key: string): string | undefined {
  const value = entries.get(key)?.value;
  return value?.kind === 'text' ? value.text : undefined;
}
