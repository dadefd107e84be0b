import type { Finding } from '../errors.ts';
import { watchLines } from '../run/line-watch.ts';
import { outcomeText } from '../run/outcome.ts';
import type { Handle, RunPlan, RunResult } from '../run/run.ts';
import { shownOutputs } from '../run/shown-outputs.ts';
import type { Backend, Collected, RunFiles, Tools } from '../tools.ts';
import { followRun } from './follow-run.ts';
import { withKeptLog } from './kept-log.ts';
import { lineReaders } from './line-readers.ts';
import { readMetrics } from './read-metrics.ts';
import { uploadRun } from './upload-run.ts';

export interface LeftRunTools extends Pick<Tools, 'artifacts' | 'cleaner'> {
  readonly host: Pick<Tools['host'], 'info' | 'line' | 'now' | 'finding'>;
  readonly runs: Pick<Tools['runs'], 'keep'>;
  readonly backend: Backend;
  readonly files: RunFiles;
}

type Told = Pick<RunResult, 'verdict' | 'outputsFolder'>;

/**
 * Sees a run to its end that an earlier process had to leave: it is stopped with what is left of its grace, the rest of
 * its log is shown, its outputs are collected, its result is kept, its files are uploaded where that is asked for, and it is removed. What came of it, in a sentence.
 */
export async function endLeftRun(handle: Handle, run: RunPlan, tools: LeftRunTools): Promise<string> {
  const { backend, host, runs } = tools;
  const findings: Finding[] = [];
  const files = withKeptLog(tools.files, findings, host);
  const lines = watchLines(await lineReaders(run.metrics, host.now));
  const { verdict, duration } = await followRun(
    backend.follow(handle, AbortSignal.abort()),
    lines,
    files,
    tools,
  );
  const logFile = await files.closeLog();
  const collected = await backend.collect(handle, run, files.folder);
  const told = { run, verdict, duration, logFile, outputs: collected.files, outputsFolder: files.folder };
  const measured = await readMetrics(told, collected.files, lines, files);
  const result = { ...told, ...measured, moreOutputs: collected.more, kept: collected.kept };
  await runs.keep(result, handle);
  await uploadRun(result, tools, findings);
  if (collected.kept === undefined) await backend.clean(handle);
  const { metricsFindings = [] } = measured;
  for (const finding of [...findings, ...collected.findings, ...metricsFindings]) host.finding(finding);
  return endText(told, collected);
}

function endText({ verdict, outputsFolder }: Told, collected: Collected): string {
  const code = verdict.exitCode === undefined ? '' : `, exit code ${verdict.exitCode}`;
  const ended = collected.kept === undefined ? 'stopped and removed' : 'stopped, and its container stays';
  return `${ended}: ${outcomeText(verdict)}${code}; ${outputsIn(outputsFolder, collected)}`;
}

function outputsIn(folder: string | undefined, { files, more }: Collected): string {
  if (files.length === 0) return 'it left no outputs';
  const shown = shownOutputs({ outputs: files }, MOST_SHOWN);
  const others = files.length + more - shown.length;
  return `its outputs are in ${folder}: ${shown.join(', ')}${others === 0 ? '' : ` and ${others} more`}`;
}

const MOST_SHOWN = 10;
