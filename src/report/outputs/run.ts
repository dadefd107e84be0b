import { printReference } from '../../oci/reference.ts';
import { decisiveRun, exitCodeOfRuns } from '../../run/representative.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Json } from '../plan-json.ts';
import { metricsJson, statusOf } from '../result-json.ts';

type RunOutput =
  | 'run-id'
  | 'status'
  | 'reason'
  | 'exit-code'
  | 'duration'
  | 'metrics'
  | 'outputs'
  | 'artifact-name'
  | 'artifact-id'
  | 'artifact-url'
  | 'outputs-artifact';

/** What of the outputs is about a run, or the legs of one job. */
export function runOutputs(runs: readonly RunResult[]): Record<RunOutput, string | undefined> {
  const run = decisiveRun(runs);
  const exitCode = run?.verdict.exitCode ?? exitCodeOfRuns(runs);
  return {
    'run-id': run?.run.id,
    status: run === undefined ? 'skipped' : statusOf(run.verdict),
    reason: run?.verdict.reason ?? 'skipped',
    'exit-code': String(exitCode),
    duration: run === undefined ? undefined : String(Math.round(run.duration)),
    metrics: run === undefined ? undefined : JSON.stringify(metricsOf(runs)),
    outputs: linesOf(runs, ({ outputsFolder }) => outputsFolder),
    'artifact-name': linesOf(runs, ({ artifact }) => artifact?.name),
    'artifact-id': linesOf(runs, ({ artifact }) => artifact?.id),
    'artifact-url': linesOf(runs, ({ artifact }) => artifact?.url),
    'outputs-artifact': linesOf(
      runs,
      ({ outputsArtifact }) => outputsArtifact && printReference(outputsArtifact),
    ),
  };
}

/** By the label of the leg where there is a matrix. */
function metricsOf(runs: readonly RunResult[]): Json {
  const legs = runs.flatMap(({ run, metrics }) =>
    run.leg === undefined ? [] : [[run.leg.label, metricsJson(metrics)] as const],
  );
  return legs.length === 0 ? metricsJson(runs[0]?.metrics ?? []) : Object.fromEntries(legs);
}

/** One a line, as other actions take them. */
function linesOf(
  runs: readonly RunResult[],
  pick: (run: RunResult) => string | number | undefined,
): string | undefined {
  const values = runs.flatMap((run) => pick(run) ?? []);
  return values.length === 0 ? undefined : values.join('\n');
}
