import type { Finding, Location } from '../../../../errors.ts';
import { Findings } from '../../../../findings.ts';
import { at, locationOf, type MapNode, type Path } from '../../../yaml/node.ts';
import type { StepFields } from '../file/step-schema.ts';
import { reportUnused } from '../file/unused.ts';
import { type Parameter, readParameter } from '../parameters/parameter.ts';
import type { CommandSource } from './command.ts';
import { interpreterOf } from './interpreter.ts';

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
  const findings = new Findings();
  const parameters = readParameters(fields, node, findings);
  const command = commandOf(fields, node, parameters);
  const interpreter = readInterpreter(command, findings);
  reportUnused(node, findings);
  return {
    name: fields.name,
    fields,
    node,
    parameters,
    command,
    interpreter,
    findings: findings.all,
  };
}

function readParameters(
  fields: StepFields,
  node: MapNode,
  findings: Findings,
): ReadonlyMap<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  for (const [index, parameter] of (fields.parameters ?? []).entries()) {
    const declared = at(node, ['parameters', index]);
    if (declared?.kind !== 'map') continue;
    if (parameters.has(parameter.name)) warnOfTwo('parameter', parameter.name, declared.location, findings);
    parameters.set(parameter.name, readParameter(parameter, declared, findings));
  }
  return parameters;
}

/** Of two of the same name the last one holds. */
export function warnOfTwo(what: string, name: string, at: Location, findings: Findings): void {
  const hint = 'remove or rename one of them';
  findings.warning('twice', `the ${what} "${name}" is defined twice, and this definition is used`, {
    hint,
    at,
  });
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
    locate: (index) => locationOf(node, path(index)),
  };
}

function readInterpreter({ commands, locate }: CommandSource, findings: Findings): readonly string[] {
  const place = locate(0);
  if (commands.every((text) => text.trim() === ''))
    findings.error('command', 'the command is empty', { hint: 'write what the step runs', at: place });
  return findings.attempt(place, () => interpreterOf(commands[0]?.trim() ?? '')) ?? [];
}
