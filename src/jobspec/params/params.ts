import { type Location, UserError } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import type { ParamFields } from '../fields/command.ts';
import type { Param } from '../job/param.ts';
import { GIVEN, parseGiven } from '../layers/given-value.ts';
import { suggestion } from '../values/suggest.ts';
import { at, locationOf, type MapNode, type Node, type ScalarType } from '../yaml/node.ts';

type Type = Param['type'];
export type Declared = ReadonlyMap<string, string | ParamFields>;

export interface Declaration {
  readonly name: string;
  readonly type: Type;
  readonly fields: ParamFields;
  readonly location: Location;
}

const IS: Readonly<Record<Type, RegExp>> = {
  string: /^[^\0]*$/,
  int: /^[-+]?\d+$/,
  float: /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/,
  bool: /^(?:true|false)$/i,
};

/** Whether a text is a value of a type. */
export function isOfType({ type, text }: Param): boolean {
  return IS[type].test(text);
}

const WORD: Readonly<Record<Type, string>> = {
  string: 'a text',
  int: 'a whole number',
  float: 'a number',
  bool: 'true or false',
};

/** The params of a run: defaults of the spec with the caller's values above them, each checked by its declaration. */
export function resolveParams(
  declared: Declared,
  root: MapNode,
  given: ReadonlyMap<string, string>,
  findings: Findings,
): ReadonlyMap<string, Param> {
  const params = new Map<string, Param>();
  for (const [name, written] of declared) {
    const declaration = declarationOf(name, written, root);
    const value = given.get(name);
    checkDeclaration(declaration, value === undefined, findings);
    if (value !== undefined) checkValue(declaration, unquote(name, value), GIVEN.params, findings);
    const text = value === undefined ? declaration.fields.default : unquote(name, value);
    if (text !== undefined) params.set(name, { type: declaration.type, text });
  }
  for (const name of given.keys())
    if (!declared.has(name)) refuseUnknown(name, [...declared.keys()], findings);
  return params;
}

export function declarationOf(name: string, written: string | ParamFields, root: MapNode): Declaration {
  const path = ['params', name];
  const location = locationOf(root, path);
  if (typeof written === 'string') {
    return { name, type: typeAt(root, path), fields: { default: written }, location };
  }
  const type = written.type ?? inferredType(written, root, path);
  return { name, type, fields: written, location };
}

function inferredType(fields: ParamFields, root: MapNode, path: readonly string[]): Type {
  if (fields.default !== undefined) return typeAt(root, [...path, 'default']);
  if (fields.choices !== undefined) return typeAt(root, [...path, 'choices', 0]);
  return fields.min === undefined && fields.max === undefined ? 'string' : 'float';
}

function typeAt(root: MapNode, path: readonly (string | number)[]): Type {
  return typeOf(at(root, path));
}

/** YAML's type of a value; what no decimal number is (0x10, .inf) stays text. */
export function typeOf(node: Node | undefined): Type {
  const type: ScalarType = node?.kind === 'text' ? node.type : 'string';
  return node?.kind === 'text' && IS[type].test(node.text) ? type : 'string';
}

function checkDeclaration(declaration: Declaration, usesDefault: boolean, findings: Findings): void {
  const { name, fields, location } = declaration;
  for (const { message, hint } of CONTRADICTIONS.filter(({ holds }) => holds(declaration)))
    findings.error('param', `params.${name}: ${message}`, { hint, at: location });
  if (usesDefault && fields.default !== undefined)
    checkValue(declaration, fields.default, location, findings);
}

interface Contradiction {
  readonly holds: (declaration: Declaration) => boolean;
  readonly message: string;
  readonly hint: string;
}

const CONTRADICTIONS: readonly Contradiction[] = [
  {
    holds: ({ type, fields }) => !isNumber(type) && (fields.min !== undefined || fields.max !== undefined),
    message: 'min and max are for numbers',
    hint: 'write "type: float"',
  },
  {
    holds: ({ fields }) => (fields.min ?? -Infinity) > (fields.max ?? Infinity),
    message: 'min is above max',
    hint: 'swap them',
  },
  {
    holds: ({ fields }) => fields.required === true && fields.default !== undefined,
    message: 'a required param has no default',
    hint: 'remove "required" or "default"',
  },
  {
    holds: ({ fields }) => fields.required === false && fields.default === undefined,
    message: 'a param that need not be given needs a default',
    hint: 'write "default: …"',
  },
];

/** Reports a value that its declaration does not allow. */
export function checkValue(declaration: Declaration, text: string, at: Location, findings: Findings): void {
  const refusal = refusalOf(declaration, text);
  if (refusal === undefined) return;
  const [message, hint] = refusal;
  findings.error('param', `params.${declaration.name}: "${text}" ${message}`, { hint, at });
}

type Refusal = readonly [message: string, hint?: string | undefined];

function refusalOf(declaration: Declaration, text: string): Refusal | undefined {
  const { type, fields } = declaration;
  if (!IS[type].test(text)) return [`is not ${WORD[type]}`, typeHint(declaration, text)];
  const { min = -Infinity, max = Infinity, choices } = fields;
  if (isNumber(type) && Number(text) < min) return [`is below the minimum, ${min}`];
  if (isNumber(type) && Number(text) > max) return [`is above the maximum, ${max}`];
  if (choices === undefined || choices.some((choice) => isSame(type, choice, text))) return undefined;
  return [`is not one of ${choices.join(', ')}`, suggestion(text, choices)];
}

function isNumber(type: Type): boolean {
  return type === 'int' || type === 'float';
}

/** The same text, number, or word for true or false. */
export function isSame(type: Type, choice: string, text: string): boolean {
  if (type === 'bool') return choice.toLowerCase() === text.toLowerCase();
  return choice === text || (isNumber(type) && Number(choice) === Number(text));
}

function typeHint({ type, fields }: Declaration, text: string): string | undefined {
  const isInferred = fields.type === undefined && fields.default !== undefined;
  if (type !== 'int' || !isInferred || !IS.float.test(text)) return undefined;
  return `its type is that of its default; write { type: float, default: ${fields.default} } in the spec`;
}

function refuseUnknown(name: string, known: readonly string[], findings: Findings): void {
  const hint = known.length === 0 ? 'the job has no params; add it below "params:"' : suggestion(name, known);
  findings.error('param', `unknown param "${name}"`, { hint, at: GIVEN.params });
}

/** A value in quotes is read as YAML reads it, so that `name="x y"` means what it says. */
export function unquote(name: string, value: string): string {
  if (!/^(?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*")$/.test(value)) return value;
  const node = parseGiven(`params.${name}`, value, GIVEN.params);
  return node.kind === 'text' ? node.text : value;
}

/** The params as one JSON object, numbers with the digits that were written where JSON allows them. */
export function paramsJson(params: ReadonlyMap<string, Param>): string {
  const members = [...params].map(([name, param]) => `${JSON.stringify(name)}:${jsonOf(param)}`);
  return `{${members.join(',')}}`;
}

function jsonOf({ type, text }: Param): string {
  if (type === 'string') return JSON.stringify(text);
  if (type === 'bool') return text.toLowerCase();
  const isJson = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text);
  if (isJson) return text;
  if (Number.isFinite(Number(text))) return String(Number(text));
  throw new UserError(`the number "${text}" is too large`);
}
