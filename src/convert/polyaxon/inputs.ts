import type { Findings } from '../../findings.ts';
import { type Field, type Fields, Written } from '../draft/fields.ts';
import { report } from '../not-converted.ts';
import { type PyValue, scalarOf, shown } from '../python/value.ts';
import { paramField } from '../values.ts';
import { memberAt, membersOf } from '../yaml-value.ts';

export interface Inputs {
  readonly fields: Readonly<Record<string, Field>>;
  /** Of those that have one, as text. */
  readonly values: ReadonlyMap<string, string>;
}

/** Inputs of a component and values of an operation as params: https://polyaxon.com/docs/core/specification/io/ */
export function paramsOf(component: PyValue, root: PyValue, findings: Findings): Inputs {
  const given = membersOf(memberAt(root, ['params']));
  const inputs = itemsOf(memberAt(component, ['inputs']));
  const fields: Record<string, Field> = {};
  const values = new Map<string, string>();
  const declared = inputs.flatMap((input) => {
    const name = scalarOf(memberAt(input, ['name']));
    return name === undefined ? [] : [[name, input] as const];
  });
  const others = [...given].filter(([name]) => !declared.some(([one]) => one === name));
  for (const [name, input] of [...declared, ...others.map(([one]) => [one, undefined] as const)]) {
    const value =
      givenValue(name, given.get(name), findings) ??
      memberAt(input, ['value']) ??
      memberAt(input, ['default']);
    const field = paramOf(input, value);
    if (field === undefined)
      report(`input "${name}": it is optional and has no value`, input?.at ?? root.at, findings);
    else fields[name] = field;
    const text = scalarOf(value);
    if (text !== undefined) values.set(name, text);
  }
  return { fields, values };
}

function itemsOf(value: PyValue | undefined): readonly PyValue[] {
  return value?.kind === 'list' ? value.items : [];
}

/** `lr: { value: 0.1 }`, or the value itself. */
function givenValue(name: string, written: PyValue | undefined, findings: Findings): PyValue | undefined {
  if (written?.kind !== 'dict') return written;
  const value = memberAt(written, ['value']);
  const ref = memberAt(written, ['ref']);
  if (ref === undefined) return value;
  report(
    `param "${name}": "${shown(value ?? ref)}" of ${shown(ref)} is known to Polyaxon alone: pass it on in the workflow`,
    ref.at,
    findings,
  );
  return undefined;
}

const TYPES: Readonly<Record<string, string>> = { int: 'int', float: 'float', bool: 'bool', str: 'string' };

function paramOf(input: PyValue | undefined, value: PyValue | undefined): Field | undefined {
  const written = scalarOf(memberAt(input, ['type'])) ?? '';
  const type = Object.hasOwn(TYPES, written) ? TYPES[written] : undefined;
  const field = value?.kind === 'bool' ? pythonBool(value.value) : paramField(value);
  const details = detailsOf(input);
  if (field === undefined) {
    return isOptional(input) ? undefined : { type: type ?? 'string', required: true, ...details };
  }
  const isInferred = type !== 'float' || value?.kind === 'number';
  return isInferred && Object.keys(details).length === 0 ? field : { type, default: field, ...details };
}

/** Polyaxon's templates print it as Python does. */
function pythonBool(value: boolean): Field {
  return new Written(value ? 'True' : 'False');
}

function isOptional(input: PyValue | undefined): boolean {
  const value = memberAt(input, ['isOptional']);
  return value?.kind === 'bool' && value.value;
}

/** `options` and the bounds of a validation. */
function detailsOf(input: PyValue | undefined): Fields {
  const description = scalarOf(memberAt(input, ['description']));
  const options = itemsOf(memberAt(input, ['options']) ?? memberAt(input, ['validation', 'options']));
  const choices = options.flatMap((option) => paramField(option) ?? []);
  return {
    ...(description === undefined ? {} : { description }),
    ...(choices.length === 0 ? {} : { choices }),
  };
}
