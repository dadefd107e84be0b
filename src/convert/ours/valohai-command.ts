import type { Findings } from '../../findings.ts';
import { argumentsOf, type Parameter } from '../../jobspec/formats/valohai/parameters/parameter.ts';
import { bracesIn } from '../../jobspec/formats/valohai/step/command.ts';
import type { Step } from '../../jobspec/formats/valohai/step/step.ts';
import { asWritten, escapeBraces, type Field } from '../draft/fields.ts';
import { report } from '../not-converted.ts';

const PLACEHOLDER = /\{\{ [\w-]+ \}\}/g;

/** The commands with placeholders of ours for the values of parameters. */
export function commandTexts(step: Step, findings: Findings): readonly string[] {
  for (const parameter of step.parameters.values()) reportFixed(parameter, findings);
  return step.command.commands
    .map((text) => withPlaceholders(text, step).trim())
    .filter((text) => text !== '');
}

function withPlaceholders(text: string, step: Step): string {
  let result = '';
  let end = 0;
  for (const { from, to } of bracesIn(text)) {
    const found = replacementOf(text.slice(from + 1, to - 1), step);
    if (found === undefined) continue;
    result += escapeBraces(text.slice(end, from)) + found;
    end = to;
  }
  return result + escapeBraces(text.slice(end));
}

function replacementOf(inside: string, { parameters, command }: Step): string | undefined {
  if (inside === 'source-path') return command.sourcePath;
  if (inside === 'parameters' || inside === 'params')
    return [...parameters.values()]
      .map(argumentsText)
      .filter((text) => text !== '')
      .join(' ');
  const [, kind, name = ''] = /^(parameter|parameter-value):(.*)$/s.exec(inside) ?? [];
  const parameter = kind === undefined ? undefined : parameters.get(name);
  if (parameter === undefined) return undefined;
  if (kind === 'parameter') return argumentsText(parameter);
  return isOpen(parameter) ? `{{ ${name} }}` : quoted(valueText(parameter));
}

function argumentsText(parameter: Parameter): string {
  const value = isOpen(parameter)
    ? { kind: 'str' as const, text: `{{ ${parameter.name} }}` }
    : parameter.default;
  return argumentsOf(parameter, value as Parameter['default'])
    .map(quoted)
    .join(' ');
}

/** Our reader quotes a value for the place where it stands, in quotes too. */
function quoted(word: string): string {
  const written = word.replace(PLACEHOLDER, '');
  return /^[\w./=:,+@%-]*$/.test(written) && word !== ''
    ? word
    : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function valueText({ default: value }: Parameter): string {
  if (value === undefined) return '';
  return 'text' in value ? value.text : value.map(({ text }) => text).join(',');
}

/** Whether each run can have another value: of flags and lists the words change with it. */
function isOpen({ type, multiple, isOptional, default: value, name }: Parameter): boolean {
  const isGiven = value !== undefined || !isOptional;
  return type !== 'flag' && multiple === undefined && isGiven && /^[A-Za-z_][\w-]{0,62}$/.test(name);
}

function reportFixed(parameter: Parameter, findings: Findings): void {
  if (isOpen(parameter)) return;
  const text = argumentsText(parameter);
  const what = text === '' ? 'is not passed' : `is passed as ${text}`;
  report(
    `parameter "${parameter.name}": it ${what}; change "run" for another value`,
    parameter.location,
    findings,
  );
}

const TYPES = { string: 'string', integer: 'int', float: 'float', flag: 'bool' } as const;

export function paramsOf({ parameters }: Step): Readonly<Record<string, Field>> {
  const params: Record<string, Field> = {};
  for (const parameter of parameters.values())
    if (isOpen(parameter)) params[parameter.name] = paramOf(parameter);
  return params;
}

function paramOf({ type, default: value, choices, min, max }: Parameter): Field {
  const details = {
    ...(choices === undefined ? {} : { choices: choices.map(({ text }) => fieldText(type, text)) }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
  if (value === undefined || !('text' in value)) return { type: TYPES[type], required: true, ...details };
  const field = fieldText(type, value.text);
  const isPlain =
    Object.keys(details).length === 0 && (type === 'string' || plainType(value.text) === TYPES[type]);
  return isPlain ? field : { type: TYPES[type], default: field, ...details };
}

function plainType(text: string): string {
  return /^[-+]?\d+$/.test(text) ? 'int' : 'float';
}

function fieldText(type: Parameter['type'], text: string): Field {
  return type === 'string' ? text : asWritten(text);
}
