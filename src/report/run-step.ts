import type { Finding } from '../errors.ts';
import type { Result } from '../tools/result.ts';
import { failureOutputs } from './failed/outputs.ts';
import type { Failure } from './failure.ts';
import { outputsOf } from './outputs.ts';

/** The outputs of `run/action.yml`, by its names. */
export const RUN_OUTPUTS = [
  'run-id',
  'status',
  'reason',
  'exit-code',
  'duration',
  'metrics',
  'outputs',
  'artifact-name',
  'artifact-id',
  'artifact-url',
  'outputs-artifact',
  'result',
] as const;

type Outputs = ReadonlyMap<string, string>;

/** What later steps read: the outputs of the action that are about runs, as it has them. */
export function runStepOutputs(result: Result, hide: (text: string) => string): Outputs {
  return onlyRuns(outputsOf(result, { trusted: true, hide }));
}

export function runFailureOutputs(failure: Failure, findings: readonly Finding[]): Outputs {
  return onlyRuns(failureOutputs(failure, findings));
}

function onlyRuns(outputs: Outputs): Outputs {
  const names = new Set<string>(RUN_OUTPUTS);
  return new Map([...outputs].filter(([name]) => names.has(name)));
}
