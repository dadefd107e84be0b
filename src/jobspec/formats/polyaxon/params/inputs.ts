import type { Findings } from '../../../../findings.ts';
import { at, type MapNode, plain } from '../../../yaml/node.ts';
import { isEqual, isTrue, NONE, type PyValue, str } from '../../python/py-value.ts';
import { pythonRepr } from '../../python/python-text.ts';
import type { Names } from '../template/evaluate.ts';
import { settledScalar, settledValue } from './settled.ts';

/** What a value of a type must be; types that name a place are texts. */
const KINDS: Readonly<Record<string, readonly PyValue['kind'][]>> = {
  int: ['int'],
  float: ['float', 'int'],
  bool: ['bool'],
  dict: ['dict'],
  list: ['list', 'tuple'],
};

interface Input {
  readonly name: string;
  readonly node: MapNode;
}

/** The values with those of `inputs` among them: a param of that name, or the default. */
export function readInputs(root: MapNode, values: Names, toRun: boolean, findings: Findings): Names {
  const names = new Map(values);
  for (const input of inputsOf(root)) {
    const value = values.get(input.name) ?? defaultOf(input);
    if (value !== undefined && !standsForItself(input, value)) checkValue(input, value, findings);
    names.set(input.name, value === undefined ? placeholderOf(input, toRun, findings) : shown(input, value));
  }
  return names;
}

function inputsOf(root: MapNode): readonly Input[] {
  const node = root.entries.get('inputs')?.value;
  if (node?.kind !== 'list') return [];
  return node.items.flatMap((item) => {
    const name = at(item, ['name']);
    return item.kind === 'map' && name?.kind === 'text' ? [{ name: name.text, node: item }] : [];
  });
}

function defaultOf({ node }: Input): PyValue | undefined {
  const written = at(node, ['default']);
  if (written !== undefined && written.kind !== 'null') return settledValue(written);
  return isSet(node, 'is_optional') ? NONE : undefined;
}

function isSet(node: MapNode, key: string): boolean {
  const written = at(node, [key]);
  return written !== undefined && isTrue(settledScalar(written));
}

/** Until the job is run the name stands for itself, so that its image can be made. */
function placeholderOf({ name, node }: Input, toRun: boolean, findings: Findings): PyValue {
  const hint = `give it with the input "params" (--param ${name}=…), or add a default and "is_optional: true"`;
  const level = toRun ? 'error' : 'notice';
  findings[level]('not-ready', `the input "${name}" has no value`, { hint, at: node.location });
  return str(placeholder(name));
}

/** How a name stands for itself. */
export function placeholder(name: string): string {
  return `{{ ${name} }}`;
}

/** Where a template only shows it, any value will do; a flag is shown as another text. */
function standsForItself({ name, node }: Input, value: PyValue): boolean {
  return value.kind === 'str' && value.value === placeholder(name) && !isSet(node, 'is_flag');
}

/** A flag is its own option, or nothing. */
function shown({ name, node }: Input, value: PyValue): PyValue {
  if (!isSet(node, 'is_flag')) return value;
  return str(isTrue(value) ? `--${name}` : '');
}

function checkValue(input: Input, value: PyValue, findings: Findings): void {
  const refusal = refusalOf(input, value);
  if (refusal === undefined) return;
  const message = `the input "${input.name}": ${pythonRepr(value)} ${refusal.what}`;
  findings.error('param', message, { hint: refusal.hint, at: input.node.location });
}

interface Refusal {
  readonly what: string;
  readonly hint: string;
}

function refusalOf({ node }: Input, value: PyValue): Refusal | undefined {
  if (value.kind === 'none') return undefined;
  const isList = isSet(node, 'is_list');
  const type = isList ? 'list' : String(plainAt(node, 'type') ?? 'str');
  const kinds = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (kinds !== undefined && !kinds.includes(value.kind)) {
    return { what: `is not of the type ${type}`, hint: 'change the value or the type' };
  }
  const options = at(node, ['options']);
  if (options?.kind !== 'list' || isList) return undefined;
  const choices = options.items.map(settledValue);
  if (choices.some((choice) => isEqual(choice, value))) return undefined;
  return { what: `is not one of ${choices.map(pythonRepr).join(', ')}`, hint: 'choose one of its options' };
}

function plainAt(node: MapNode, key: string): unknown {
  const found = at(node, [key]);
  return found?.kind === 'text' ? plain(found) : undefined;
}
