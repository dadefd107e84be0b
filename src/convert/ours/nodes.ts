import { printRange, printSize } from '../../jobspec/values/quantity.ts';
import type { Node, Value } from '../../jobspec/yaml/node.ts';
import { printReference } from '../../oci/reference.ts';
import { asWritten, escapeBraces, type Field, type Fields } from '../draft/fields.ts';
import { durationText } from '../metaflow/resources.ts';

const SIZES = ['memory', 'disk', 'shm'];

/** A node of our own fields as a jobimg.yml writes it; `key` is the field that it stands below. */
export function fieldOf(node: Node, key = ''): Field | undefined {
  if (node.kind === 'null') return null;
  if (node.kind === 'list') return node.items.flatMap((item) => fieldOf(item, key) ?? []);
  if (node.kind === 'map') return fieldsOf(node);
  if (node.kind === 'value') return valueField(node.value, key);
  return node.type === 'string' ? escaped(node.text, node.literal === true) : asWritten(node.text);
}

export function fieldsOf(node: Node): Fields {
  if (node.kind !== 'map') return {};
  return Object.fromEntries([...node.entries].map(([name, { value }]) => [name, fieldOf(value, name)]));
}

function escaped(text: string, isLiteral: boolean): string {
  return isLiteral ? escapeBraces(text) : text;
}

function valueField({ content }: Value, key: string): Field | undefined {
  if (typeof content === 'boolean') return content;
  if (typeof content === 'number')
    return key === 'timeout' ? durationText(content) : asWritten(String(content));
  if ('registry' in content) return printReference(content, { familiar: true });
  const text = printRange(content, SIZES.includes(key) ? printSize : String);
  return text === undefined ? undefined : asWritten(text);
}
