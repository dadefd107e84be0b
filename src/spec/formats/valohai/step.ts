import { type Finding, type Location, UserError } from '../../../errors.ts';
import { at, type MapNode, type Path, placeOf } from '../../yaml/node.ts';
import type { CommandSource } from './command/command.ts';
import { interpreterOf } from './command/interpreter.ts';
import { type Parameter, readParameter } from './parameters/parameter.ts';
import type { StepFields } from './schema.ts';
import { unusedFields } from './unused.ts';

/** A step that was read, with what it has no other place for in a job. */
export interface Step {
  /** As it is written. */
  readonly name: string;
  readonly fields: StepFields;
  readonly node: MapNode;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly command: CommandSource;
  /** Words in front of the command's text. */
  readonly interpreter: readonly string[];
  readonly findings: readonly Finding[];
}

export function readStep(fields: StepFields, node: MapNode): Step {
  const findings: Finding[] = [];
  const report = (finding: Finding) => findings.push(finding);
  const parameters = readParameters(fields, node, report);
  const command = commandOf(fields, node, parameters);
  return {
    name: fields.name,
    fields,
    node,
    parameters,
    command,
    interpreter: readInterpreter(command, report),
    findings: [...findings, ...unusedFields(node)],
  };
}

function readParameters(
  fields: StepFields,
  node: MapNode,
  report: (finding: Finding) => void,
): ReadonlyMap<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  for (const [index, parameter] of (fields.parameters ?? []).entries()) {
    const declared = at(node, ['parameters', index]);
    if (declared?.kind !== 'map') continue;
    if (parameters.has(parameter.name)) report(twice('parameter', parameter.name, declared.location));
    parameters.set(parameter.name, readParameter(parameter, declared, report));
  }
  return parameters;
}

/** Of two of the same name the last one holds. */
export function twice(what: string, name: string, location: Location): Finding {
  return {
    level: 'warning',
    code: 'twice',
    message: `the ${what} "${name}" is defined twice, and this definition is used`,
    hint: 'remove or rename one of them',
    location,
  };
}

function commandOf(
  { command, 'source-path': sourcePath }: StepFields,
  node: MapNode,
  parameters: ReadonlyMap<string, Parameter>,
): CommandSource {
  const isOne = typeof command === 'string';
  const path = (index?: number): Path => (isOne || index === undefined ? ['command'] : ['command', index]);
  return {
    commands: isOne ? [command] : command,
    parameters,
    sourcePath,
    locate: (index) => placeOf(node, path(index)),
  };
}

function readInterpreter(
  { commands, locate }: CommandSource,
  report: (finding: Finding) => void,
): readonly string[] {
  const location = locate(0);
  if (commands.every((text) => text.trim() === '')) report(nothing(location));
  try {
    return interpreterOf(commands[0]?.trim() ?? '');
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    for (const finding of error.findings) report({ ...finding, location });
    return [];
  }
}

function nothing(location: Location): Finding {
  const message = 'the command is empty';
  return { level: 'error', code: 'command', message, hint: 'write what the step runs', location };
}
