import type { Location } from '../../../../errors.ts';
import type { Findings } from '../../../../findings.ts';
import type { Param } from '../../../job/param.ts';
import { at, locationOf, type MapNode, type Node } from '../../../yaml/node.ts';
import type { ParameterFields } from '../file/step-schema.ts';
import { type Pattern, readPattern } from './pass-as.ts';
import { type Atom, atomOf, atomsOf, listText } from './python.ts';

/** One value, or those of a parameter with `multiple`. */
export type Value = Atom | readonly Atom[];

export interface Parameter {
  readonly name: string;
  readonly type: NonNullable<ParameterFields['type']>;
  readonly isOptional: boolean;
  readonly default: Value | undefined;
  readonly choices: readonly Atom[] | undefined;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly pass: {
    readonly always: Pattern | undefined;
    readonly whenTrue: Pattern | undefined;
    readonly whenFalse: Pattern | undefined;
  };
  readonly multiple: 'repeat' | 'separate' | undefined;
  readonly separator: string;
  readonly location: Location;
}

/** A parameter as it is declared; `node` is its mapping. */
export function readParameter(fields: ParameterFields, node: MapNode, findings: Findings): Parameter {
  const type = fields.type ?? 'string';
  const isFlag = type === 'flag';
  const multiple = multipleOf(fields, node, findings);
  const pattern = (key: 'pass-as' | 'pass-true-as' | 'pass-false-as') =>
    readPattern(fields[key], locationOf(node, [key]), findings);
  if (!isFlag) warnOfFlagWords(fields, node, findings);
  if (type === 'string') warnOfReading(fields.name, at(node, ['default']), findings);
  const choices = at(node, ['choices']);
  return {
    name: fields.name,
    type,
    isOptional: isFlag || fields.optional === true,
    default: defaultOf(fields.name, at(node, ['default']), multiple !== undefined, findings),
    choices: choices?.kind === 'list' && !isFlag ? atomsOf(choices) : undefined,
    min: fields.min,
    max: fields.max,
    pass: {
      always: pattern('pass-as'),
      whenTrue: isFlag ? pattern('pass-true-as') : undefined,
      whenFalse: isFlag ? pattern('pass-false-as') : undefined,
    },
    multiple,
    separator: fields['multiple-separator'] || ',',
    location: node.location,
  };
}

function multipleOf(fields: ParameterFields, node: MapNode, findings: Findings): Parameter['multiple'] {
  const { multiple = 'none', type } = fields;
  if (multiple === 'none') return undefined;
  if (type !== 'flag') return multiple;
  findings.error('param', `the parameter "${fields.name}" is a flag, which cannot be "multiple"`, {
    hint: 'remove "multiple"',
    at: locationOf(node, ['multiple']),
  });
  return undefined;
}

function warnOfFlagWords(fields: ParameterFields, node: MapNode, findings: Findings): void {
  for (const key of ['pass-true-as', 'pass-false-as'] as const) {
    if (!fields[key]) continue;
    findings.warning('no-effect', `the parameter "${fields.name}" is not a flag, so "${key}" has no effect`, {
      hint: 'write "type: flag", or "pass-as"',
      at: locationOf(node, [key]),
    });
  }
}

/** With a time, PyYAML makes a `datetime` of it, which prints in another way. */
const TIMESTAMP = /^\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d/;

/** Text without quotes may be something else to Python, and is then passed as Python prints it. */
function warnOfReading(name: string, node: Node | undefined, findings: Findings): void {
  if (node?.kind !== 'text') return;
  const { kind, text } = atomOf(node);
  const isTime = TIMESTAMP.test(node.text);
  if (text === node.text && !isTime) return;
  const message = isTime
    ? `the default of the parameter "${name}" is read as a time by Valohai, and passed in another form there`
    : `the default of the parameter "${name}" is the ${kind} ${text}, as Valohai reads it, and is passed like that`;
  findings.warning('param', message, { hint: `put it into quotes: "${node.text}"`, at: node.location });
}

function defaultOf(
  name: string,
  node: Node | undefined,
  isMultiple: boolean,
  findings: Findings,
): Value | undefined {
  if (node === undefined || node.kind === 'null') return isMultiple ? [] : undefined;
  const atoms = node.kind === 'list' ? atomsOf(node) : node.kind === 'text' ? [atomOf(node)] : undefined;
  if (isMultiple && atoms !== undefined) return atoms;
  if (node.kind === 'text') return atoms?.[0];
  refuseDefault(name, node, isMultiple, findings);
  return undefined;
}

function refuseDefault(
  name: string,
  { kind, location }: Node,
  isMultiple: boolean,
  findings: Findings,
): void {
  const isList = kind === 'list' && !isMultiple;
  const what = isList ? 'a list' : 'not made of single values';
  findings.error('param', `the default of the parameter "${name}" is ${what}`, {
    hint: isList
      ? 'add "multiple: repeat" or "multiple: separate"'
      : 'write one value, or a list of values with "multiple"',
    at: location,
  });
}

/** The arguments that a value becomes, not quoted; none when it is not passed. */
export function argumentsOf(parameter: Parameter, value: Value | undefined): readonly string[] {
  if (value === undefined) return [];
  const { multiple, separator } = parameter;
  if (!isList(value)) {
    const pattern = patternOf(parameter, value);
    return pattern === undefined ? [] : format(pattern, parameter.name, value.text);
  }
  const pattern = patternOf(parameter, undefined) ?? [];
  if (multiple === 'repeat') return value.flatMap(({ text }) => format(pattern, parameter.name, text));
  if (value.length === 0) return [];
  return format(pattern, parameter.name, value.map(({ text }) => text).join(separator));
}

const DEFAULT_PATTERN: Pattern = [['--', { name: 'name' }, '=', { name: 'value' }]];
const FLAG_PATTERN: Pattern = [['--', { name: 'name' }]];

/** A flag is passed as what it is, true or false, says. */
function patternOf({ type, pass }: Parameter, value: Atom | undefined): Pattern | undefined {
  if (type !== 'flag') return pass.always ?? DEFAULT_PATTERN;
  const isTrue = value?.text === 'True';
  if (pass.whenTrue !== undefined || pass.whenFalse !== undefined)
    return isTrue ? pass.whenTrue : pass.whenFalse;
  return isTrue ? (pass.always ?? FLAG_PATTERN) : undefined;
}

function format(pattern: Pattern, name: string, value: string): readonly string[] {
  return pattern.map((word) =>
    word.map((part) => (typeof part === 'string' ? part : part.name === 'name' ? name : value)).join(''),
  );
}

export function isList(value: Value): value is readonly Atom[] {
  return Array.isArray(value);
}

/** What `str()` prints of the value. */
export function valueText(value: Value): string {
  return isList(value) ? listText(value) : value.text;
}

const TYPES = { string: 'string', integer: 'int', float: 'float', flag: 'bool' } as const;

/** The value as the run gets it. */
export function paramOf({ type, separator }: Parameter, value: Value): Param {
  if (isList(value)) return { type: 'string', text: value.map(({ text }) => text).join(separator) };
  const isNumber = type === 'integer' || type === 'float';
  if (isNumber && !Number.isFinite(Number(value.text))) return { type: 'string', text: value.text };
  if (isNumber && value.text.trim() === '') return { type: 'string', text: value.text };
  return { type: TYPES[type], text: type === 'flag' ? value.text.toLowerCase() : value.text };
}
