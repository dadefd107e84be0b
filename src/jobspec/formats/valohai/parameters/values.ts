import { type Location, UserError } from '../../../../errors.ts';
import type { Findings } from '../../../../findings.ts';
import { GIVEN } from '../../../layers/given-value.ts';
import { suggestion } from '../../../values/suggest.ts';
import { parseYaml } from '../../../yaml/yaml.ts';
import { isList, type Parameter, type Value } from './parameter.ts';
import { type Atom, atomsOf, boolAtom } from './python.ts';

export interface Values {
  /** Of the parameters that have one. */
  readonly values: ReadonlyMap<string, Value>;
  /** Names of those that the caller gave. */
  readonly given: ReadonlySet<string>;
}

const PLACE: Location = GIVEN.params;

/** Defaults with the caller's values above them, each checked by its declaration. */
export function resolveValues(
  parameters: ReadonlyMap<string, Parameter>,
  written: ReadonlyMap<string, string>,
  toRun: boolean,
  findings: Findings,
): Values {
  const values = new Map<string, Value>();
  for (const [name, parameter] of parameters) {
    const value = checkedValue(parameter, written.get(name), findings);
    if (value !== undefined) values.set(name, value);
    else if (!parameter.isOptional) reportMissing(parameter, toRun, findings);
  }
  const unknown = [...written.keys()].filter((name) => !parameters.has(name));
  for (const name of unknown) refuseUnknown(name, [...parameters.keys()], findings);
  return { values, given: new Set(written.keys()) };
}

function checkedValue(parameter: Parameter, text: string | undefined, findings: Findings): Value | undefined {
  const value = text === undefined ? defaultValue(parameter) : givenValue(parameter, text);
  if (value !== undefined) check(parameter, value, text !== undefined, findings);
  return value;
}

/** Valohai's client gives a flag by its default, true or false as Python takes it. */
function defaultValue({ type, default: value }: Parameter): Value | undefined {
  if (type !== 'flag') return value;
  return value === undefined || isList(value) ? undefined : boolAtom(!FALSE.has(value.text));
}

const FALSE: ReadonlySet<string> = new Set(['False', 'false', '', '0', '0.0']);

function givenValue({ type, multiple }: Parameter, text: string): Value {
  if (type === 'flag') return flagAtom(text);
  const atom = { kind: 'str', text: unquoted(text) } as const;
  if (multiple === undefined) return atom;
  return listOf(text) ?? [atom];
}

/** What is neither true nor false is reported by the check. */
function flagAtom(text: string): Atom {
  if (/^(?:true|yes|on|1)$/i.test(text)) return boolAtom(true);
  return /^(?:false|no|off|0)$/i.test(text) ? boolAtom(false) : { kind: 'str', text };
}

/** `[1, 2]`; undefined when it is no list. */
function listOf(text: string): readonly Atom[] | undefined {
  if (!/^\s*\[.*\]\s*$/s.test(text)) return undefined;
  const node = parseGiven(text);
  if (node?.kind !== 'list') return undefined;
  // As the words were written: they are the caller's own, and no default of the file.
  const texts = node.items.flatMap((item) => (item.kind === 'text' ? [item.text] : []));
  return atomsOf(node) === undefined ? undefined : texts.map((one) => ({ kind: 'str', text: one }));
}

/** A value in quotes is read as YAML reads it. */
function unquoted(text: string): string {
  if (!/^(?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*")$/.test(text)) return text;
  const node = parseGiven(text);
  return node?.kind === 'text' ? node.text : text;
}

function parseGiven(text: string): ReturnType<typeof parseYaml> | undefined {
  try {
    return parseYaml(text, PLACE.file);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** A default that breaks its own declaration is warned of, as it is passed all the same. */
function check(parameter: Parameter, value: Value, isGiven: boolean, findings: Findings): void {
  for (const atom of isList(value) ? value : [value]) {
    const problem = problemOf(parameter, atom);
    if (problem === undefined) continue;
    const [what, hint] = problem;
    const refused = `"${parameter.name}": "${atom.text}" ${what}`;
    if (isGiven) findings.error('param', `params ${refused}`, { hint, at: PLACE });
    else
      findings.warning('param', `the default of the parameter ${refused}`, { hint, at: parameter.location });
  }
}

const INTEGER = /^\s*[-+]?\d+(?:_\d+)*\s*$/;
const FLOAT = /^\s*[-+]?(?:(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+)(?:e[-+]?\d+)?|inf(?:inity)?|nan)\s*$/i;

type Problem = readonly [what: string, hint?: string];

function problemOf({ type, min, max, choices }: Parameter, atom: Atom): Problem | undefined {
  if (type === 'flag') return atom.kind === 'bool' ? undefined : ['is neither true nor false'];
  const isNumber = type !== 'string';
  const problem = isNumber ? numberProblem(atom.text, type === 'integer', { min, max }) : undefined;
  return problem ?? (choices === undefined ? undefined : choiceProblem(choices, atom, isNumber));
}

function numberProblem(
  text: string,
  isInteger: boolean,
  {
    min = -Infinity,
    max = Infinity,
  }: { readonly min?: number | undefined; readonly max?: number | undefined },
): Problem | undefined {
  if (isInteger && !INTEGER.test(text)) return ['is not an integer'];
  if (!FLOAT.test(text)) return ['is not a number'];
  const value = Number(text.replaceAll('_', ''));
  if (value < min) return [`is below the minimum, ${min}`];
  return value > max ? [`is above the maximum, ${max}`] : undefined;
}

function choiceProblem(choices: readonly Atom[], atom: Atom, isNumber: boolean): Problem | undefined {
  const isSame = ({ text }: Atom) =>
    text === atom.text || (isNumber && text !== '' && Number(text) === Number(atom.text));
  if (choices.some(isSame)) return undefined;
  const texts = choices.map(({ text }) => text);
  return [`is not one of ${texts.join(', ')}`, suggestion(atom.text, texts)];
}

/** A step can be planned without it. */
function reportMissing({ name, location }: Parameter, toRun: boolean, findings: Findings): void {
  const hint = `give it with the input "params" (--param ${name}=…), or add a default`;
  findings[toRun ? 'error' : 'notice']('not-ready', `the parameter "${name}" has no value`, {
    hint,
    at: location,
  });
}

function refuseUnknown(name: string, known: readonly string[], findings: Findings): void {
  const hint = known.length === 0 ? 'the step has no parameters' : suggestion(name, known);
  findings.error('param', `unknown param "${name}"`, { hint, at: PLACE });
}
