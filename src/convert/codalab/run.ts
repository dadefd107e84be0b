import type { Location } from '../../errors.ts';
import type { PyValue } from '../python/value.ts';

/** One run of CodaLab, however it was written. */
export interface CodalabRun {
  readonly command: string | undefined;
  /** As `key:target` is written. */
  readonly dependencies: readonly string[];
  /** Of the metadata, by names with underscores. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly at: Location;
  /** Whether the calling shell puts values of its variables into it. */
  readonly expands: boolean;
}

const SHORT: Readonly<Record<string, string>> = {
  n: 'name',
  d: 'description',
  w: 'worksheet_spec',
  m: 'memoize',
};
/** Options that take no value. */
const FLAGS = new Set([
  'request_network',
  'memoize',
  'interactive',
  'tail',
  'verbose',
  'wait',
  'edit',
  'after_sort_key',
]);
const LISTS = new Set(['tags', 'exclude_patterns']);

/** The words behind `cl run`; behind `---` all are the command. */
export function readRun(words: readonly string[], at: Location, expands = false): CodalabRun {
  const end = words.findIndex((word) => word === '---' || word === '--');
  const { options, others } = sorted(end < 0 ? words : words.slice(0, end));
  if (end >= 0) {
    return { command: words.slice(end + 1).join(' '), dependencies: others, options, at, expands };
  }
  // A variable with further options may stand behind the command; no dependency has blanks.
  const place = others.findLastIndex((word) => /\s/.test(word));
  const command = others[place < 0 ? others.length - 1 : place];
  return { command, dependencies: others.filter((word) => word !== command), options, at, expands };
}

interface Sorted {
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly others: readonly string[];
}

function sorted(words: readonly string[]): Sorted {
  const options = new Map<string, readonly string[]>();
  const others: string[] = [];
  let next = 0;
  for (const [index, word] of words.entries()) {
    if (index < next) continue;
    const option = optionIn(word);
    if (option === undefined) {
      others.push(word);
      continue;
    }
    const after = option.value === undefined ? valuesAfter(words, index, option.name) : [];
    next = index + 1 + after.length;
    const values = option.value === undefined ? after : [option.value];
    options.set(option.name, [...(options.get(option.name) ?? []), ...values]);
  }
  return { options, others };
}

function optionIn(word: string): { readonly name: string; readonly value: string | undefined } | undefined {
  const [, name, value] = /^--([a-z][a-z-]*)(?:=([\s\S]*))?$/.exec(word) ?? [];
  if (name !== undefined) return { name: name.replaceAll('-', '_'), value };
  const [, letter = ''] = /^-([a-z])$/.exec(word) ?? [];
  const long = Object.hasOwn(SHORT, letter) ? SHORT[letter] : undefined;
  return long === undefined ? undefined : { name: long, value: undefined };
}

function valuesAfter(words: readonly string[], index: number, name: string): readonly string[] {
  if (FLAGS.has(name)) return [];
  const after = words.slice(index + 1);
  if (!LISTS.has(name)) return after.slice(0, 1);
  const end = after.findIndex((word) => word.startsWith('-') || word.includes(' '));
  return after.slice(0, end < 0 ? 1 : end);
}

/** A bundle as `cl info --raw` and the REST interface show it: https://codalab-worksheets.readthedocs.io/en/latest/REST-API-Reference */
export function runOfBundle(
  members: ReadonlyMap<string, PyValue>,
  metadata: ReadonlyMap<string, PyValue>,
  at: Location,
): CodalabRun {
  const all = [...members, ...metadata].filter(([, value]) => value.kind !== 'none');
  const options = new Map(all.flatMap(([key, value]) => optionOf(key, value)));
  const [command] = options.get('command') ?? [];
  options.delete('command');
  return { command, dependencies: dependenciesOf(members.get('dependencies')), options, at, expands: false };
}

function optionOf(key: string, value: PyValue): readonly (readonly [string, readonly string[]])[] {
  if (value.kind === 'bool') return value.value ? [[key, []]] : [];
  if (value.kind === 'text' || value.kind === 'number') return value.text === '' ? [] : [[key, [value.text]]];
  const items =
    value.kind === 'list' ? value.items.flatMap((item) => (item.kind === 'text' ? [item.text] : [])) : [];
  return items.length === 0 ? [] : [[key, items]];
}

function dependenciesOf(value: PyValue | undefined): readonly string[] {
  const items = value?.kind === 'list' ? value.items : [];
  return items.flatMap((item) => {
    if (item.kind !== 'dict') return [];
    const texts = new Map(
      item.entries.flatMap(([key, one]) =>
        key.kind === 'text' && one.kind === 'text' ? [[key.text, one.text]] : [],
      ),
    );
    const path = texts.get('parent_path') ?? '';
    const parent = texts.get('parent_name') ?? texts.get('parent_uuid') ?? '';
    return [`${texts.get('child_path') ?? ''}:${parent}${path === '' ? '' : `/${path}`}`];
  });
}
