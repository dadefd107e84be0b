import type { Findings } from '../../findings.ts';
import { asWritten, type Field } from '../draft/fields.ts';
import { report } from '../not-converted.ts';
import { lastPart, type PyCall, type PyValue, scalarOf } from '../python/value.ts';
import { paramField } from '../values.ts';

export interface ConvertedParameters {
  readonly params: Readonly<Record<string, Field>>;
  /** What follows `run` on the command line. */
  readonly options: readonly string[];
}

/** Parameters of a flow as params of a job, each passed on by its option. */
export function convertParameters(
  parameters: readonly PyCall[],
  given: ReadonlyMap<string, string>,
  findings: Findings,
): ConvertedParameters {
  const params: Record<string, Field> = {};
  for (const call of parameters) {
    const name = scalarOf(call.values[0] ?? call.keywords.get('name'));
    if (name === undefined) report(`${lastPart(call.name)}: its name is not in the file`, call.at, findings);
    else if (lastPart(call.name) === 'Parameter' || lastPart(call.name) === 'JSONParameter')
      addParameter(params, name, call, given.get(name), findings);
    else reportFile(name, call, findings);
  }
  return { params, options: Object.keys(params).map((name) => `--${name} {{ ${name} }}`) };
}

function addParameter(
  params: Record<string, Field>,
  name: string,
  call: PyCall,
  given: string | undefined,
  findings: Findings,
): void {
  const written = call.keywords.get('default') ?? call.values[1];
  const isRequired = call.keywords.get('required');
  const description = call.keywords.get('help');
  const value = given === undefined ? paramField(written) : asWritten(given);
  const type = typeOf(call.keywords.get('type'));
  if (value === undefined && isRequired?.kind === 'bool' && isRequired.value) {
    params[name] = { type: type ?? 'string', required: true, description: scalarOf(description) };
  } else if (value === undefined) {
    reportMissing(name, written, call, findings);
  } else {
    const isPlain = type === undefined || type === plainType(value);
    params[name] = isPlain ? value : { type, default: value };
  }
}

function reportMissing(name: string, written: PyValue | undefined, call: PyCall, findings: Findings): void {
  const isNone = written === undefined || written.kind === 'none';
  const add = `add "${name}" to "params" and \`--${name} {{ ${name} }}\` to "run" to give it`;
  if (isNone)
    report(`parameter "${name}": it has no default and is not passed on; ${add}`, call.at, findings);
  else report(`parameter "${name}": Python computes its default, which stays; ${add}`, written.at, findings);
}

const TYPES: Readonly<Record<string, string>> = { int: 'int', float: 'float', bool: 'bool', str: 'string' };

function typeOf(value: PyValue | undefined): string | undefined {
  return value?.kind === 'name' && Object.hasOwn(TYPES, value.name) ? TYPES[value.name] : undefined;
}

/** The type that a param of that default has by itself. */
function plainType(value: Field): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value !== 'object' || value === null || !('text' in value)) return 'string';
  return /^[-+]?\d+$/.test(String(value.text)) ? 'int' : 'float';
}

/** The flow reads its default by itself. */
function reportFile(name: string, call: PyCall, findings: Findings): void {
  const required = call.keywords.get('required');
  if (required?.kind !== 'bool' || !required.value || call.keywords.has('default')) return;
  report(`${lastPart(call.name)} "${name}": it needs a file: add its option to "run"`, call.at, findings);
}
