import type { Finding } from '../../../../errors.ts';
import { Findings } from '../../../../findings.ts';
import type { Param } from '../../../job/param.ts';
import { paramOf } from '../parameters/parameter.ts';
import { resolveValues } from '../parameters/values.ts';
import { buildCommands, joinCommands } from './command.ts';
import type { Step } from './step.ts';

/** A command with the values of one run, as the words that start it. */
export interface FilledCommand {
  readonly words: readonly string[];
  /** The same values as the run gets them. */
  readonly params: ReadonlyMap<string, Param>;
  readonly findings: readonly Finding[];
}

/** The step's command with the values that are written for its parameters, or else their defaults. */
export function fillCommand(step: Step, written: ReadonlyMap<string, string>, toRun: boolean): FilledCommand {
  const { parameters, command, interpreter } = step;
  const findings = new Findings();
  const values = resolveValues(parameters, written, toRun, findings);
  const commands = buildCommands(command, values, findings);
  const params = [...values.values].flatMap(([name, value]) => {
    const parameter = parameters.get(name);
    return parameter === undefined ? [] : [[name, paramOf(parameter, value)] as const];
  });
  return {
    words: [...interpreter, joinCommands(commands)],
    params: new Map(params),
    findings: findings.all,
  };
}
