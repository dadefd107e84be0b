import { UserError, warningsOf } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import type { LineWatch } from '../../../run/lines/watch.ts';
import type { RunResult } from '../../../run/types/result.ts';
import type { RunFiles } from '../../../tools/run-files.ts';
import type { StartedRun } from '../start-run.ts';
import { type Measured, readMetrics } from './read-metrics.ts';

interface Ended {
  readonly files: RunFiles;
  readonly lines: LineWatch;
  /** Gets what there is to say of it. */
  readonly findings: Findings;
}

/** The result of a run that has ended, with its outputs collected and its metrics read. */
export async function collectResult(
  ended: Omit<RunResult, 'outputs' | 'metrics'>,
  { run, handle, backend }: StartedRun,
  { files, lines, findings }: Ended,
): Promise<RunResult> {
  const collected = await backend.collect(handle, run, files.folder);
  findings.add(collected.findings);
  const { files: outputs, more: moreOutputs, kept, machine } = collected;
  const measured = await readMetrics(ended, outputs, lines, files).catch((error: unknown) =>
    noMetrics(error, findings),
  );
  return { ...ended, outputs, moreOutputs, kept, machine, outputsFolder: files.folder, ...measured };
}

/** Metrics that cannot be read take nothing from a run that is over. */
function noMetrics(error: unknown, findings: Findings): Measured {
  if (!(error instanceof UserError)) throw error;
  findings.add(warningsOf(error));
  return { metrics: [] };
}
