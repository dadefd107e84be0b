import { UserError } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import { watchLines } from '../../run/lines/watch.ts';
import { outcomeText } from '../../run/outcome.ts';
import { outputCount, printName, shownOutputs } from '../../run/shown-outputs.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { RunResult } from '../../run/types/result.ts';
import type { Verdict } from '../../run/types/verdict.ts';
import type { Backend } from '../../tools/backend.ts';
import type { RunFiles } from '../../tools/run-files.ts';
import type { Tools } from '../../tools/tools.ts';
import { lineReaders } from '../plan/line-readers.ts';
import { followRun } from '../runs/follow-run.ts';
import { pushOutputs } from '../runs/outputs/push-outputs.ts';
import { collectResult } from '../runs/result/collect-result.ts';
import { withKeptLog } from '../runs/result/kept-log.ts';
import { uploadRun } from '../runs/upload-run.ts';

export interface LeftRunTools extends Pick<Tools, 'artifacts' | 'cleaner' | 'registry'> {
  readonly host: Pick<Tools['host'], 'bar' | 'info' | 'lines' | 'now' | 'finding'>;
  readonly runs: Pick<Tools['runs'], 'keep' | 'amend'>;
  readonly backend: Backend;
  readonly files: RunFiles;
}

/**
 * Sees a run to its end that an earlier process had to leave: it is stopped with what is left of its grace, the rest of
 * its log is shown, its outputs are collected, its result is kept, its files are uploaded where that is asked for, and it
 * is removed. What came of it, in a sentence.
 */
export async function endLeftRun(handle: Handle, run: RunPlan, tools: LeftRunTools): Promise<string> {
  const { backend, host, runs } = tools;
  const findings = new Findings();
  const files = withKeptLog(tools.files, findings, host);
  const lines = watchLines(await lineReaders(run.metrics, host.now));
  const { verdict, duration, left } = await followRun(
    backend.follow(handle, AbortSignal.abort()),
    lines,
    files,
    tools,
  );
  const logFile = await files.closeLog();
  if (left !== undefined) throw stillThere(verdict);
  const ended = { run, verdict, duration, logFile };
  const collected = await collectResult(ended, { run, handle, backend }, { files, lines, findings });
  const hashed = await runs.keep(collected, handle);
  const result = await pushOutputs(collected, { files, hashed, findings }, tools);
  await uploadRun(result, tools, findings);
  if (result.kept === undefined) await backend.clean(handle);
  for (const finding of [...findings.all, ...(result.metricsFindings ?? [])]) host.finding(finding);
  return endText(result);
}

/** Its place does not answer: the record stays, for who comes next. */
function stillThere({ detail = 'nobody knows whether it has stopped', hint }: Verdict): UserError {
  return new UserError(hint === undefined ? detail : `${detail}; ${hint}`, { code: 'left-over', hint });
}

export function endText(result: RunResult): string {
  const { verdict, kept } = result;
  const code = verdict.exitCode === undefined ? '' : `, exit code ${verdict.exitCode}`;
  const ended = kept === undefined ? 'stopped and removed' : 'stopped, and its container is kept';
  return `${ended}: ${outcomeText(verdict)}${code}; ${outputsIn(result)}`;
}

function outputsIn(result: RunResult): string {
  const count = outputCount(result);
  if (count === 0) return 'it left no outputs';
  const shown = shownOutputs(result, MOST_SHOWN);
  const others = count - shown.length;
  return `its outputs are in ${result.outputsFolder}: ${shown.map(printName).join(', ')}${others === 0 ? '' : ` and ${others} more`}`;
}

const MOST_SHOWN = 10;
