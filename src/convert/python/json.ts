import { type PyValue, scalarOf } from './value.ts';

/** The value as JSON; undefined where Python computes a part of it. */
export function jsonOf(value: PyValue): string | undefined {
  if (value.kind === 'text') return JSON.stringify(value.text);
  if (value.kind === 'none') return 'null';
  if (value.kind === 'list') return listText(value.items.map(jsonOf));
  if (value.kind !== 'dict')
    return value.kind === 'number' || value.kind === 'bool' ? scalarOf(value) : undefined;
  const members = value.entries.map(([key, item]) => {
    const [name, text] = [scalarOf(key), jsonOf(item)];
    return name === undefined || text === undefined ? undefined : `${JSON.stringify(name)}: ${text}`;
  });
  return members.includes(undefined) ? undefined : `{${members.join(', ')}}`;
}

function listText(items: readonly (string | undefined)[]): string | undefined {
  return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
}
