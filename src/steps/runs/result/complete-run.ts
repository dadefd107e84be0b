import { messageOf } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import { type LineWatch, watchLines } from '../../../run/lines/watch.ts';
import type { RunResult } from '../../../run/types/result.ts';
import type { Verdict } from '../../../run/types/verdict.ts';
import type { Tools } from '../../../tools/tools.ts';
import { lineReaders } from '../../plan/line-readers.ts';
import { followRun } from '../follow-run.ts';
import { leaveRun } from '../leave-run.ts';
import { pushOutputs } from '../outputs/push-outputs.ts';
import { signOutputs } from '../outputs/sign-outputs.ts';
import type { StartedRun } from '../start-run.ts';
import { collectResult } from './collect-result.ts';
import { withKeptLog } from './kept-log.ts';

/**
 * Follows a run to its end and collects what it leaves; its result is kept before anything of it is removed. `judged` is
 * given how it ended and has the last word.
 */
export async function completeRun(
  { run, handle, backend }: StartedRun,
  tools: Tools,
  findings: Findings,
  judged: (verdict: Verdict) => Verdict = (verdict) => verdict,
): Promise<RunResult> {
  const { host, runs } = tools;
  const files = withKeptLog(await tools.files(run), findings, host);
  const lines = watchLines(await lineReaders(run.metrics, host.now));
  const remember = (native = handle.native): Promise<void> =>
    runs
      .remember(run, { ...handle, native })
      .catch(warn(`the record of the run ${run.id} is not up to date`, tools));
  await remember();

  const followed = await followRun(backend.follow(handle, host.cancelled, host.leaving), lines, files, tools);
  const verdict = judged(followed.verdict);
  const logFile = await files.closeLog();
  const ended = { run, verdict, duration: followed.duration, logFile, ...cluesOf(verdict, lines) };
  if (followed.left !== undefined) await remember({ ...handle.native, ...followed.left });
  if (followed.left !== undefined || verdict.reason === 'lost-contact')
    return { ...ended, outputs: [], metrics: [] };

  const collected = await collectResult(ended, { run, handle, backend }, { files, lines, findings });
  const hashed = await runs
    .keep(collected, handle)
    .catch(warn(`how the run ${run.id} ended could not be kept`, tools));
  if (hashed !== undefined) await signOutputs(collected, tools, findings);
  const result = await pushOutputs(collected, { files, hashed: hashed ?? [], findings }, tools);
  leaveRun(handle, result, backend, tools);
  return result;
}

/** For what takes nothing from a run. */
function warn(what: string, { host }: Tools): (error: unknown) => undefined {
  return (error) =>
    void host.finding({ level: 'warning', code: 'record', message: `${what}: ${messageOf(error)}` });
}

/** What a log tells of why its run did not succeed. */
function cluesOf({ reason }: Verdict, lines: LineWatch): Pick<RunResult, 'lacks' | 'lastLines'> {
  if (reason === 'succeeded') return {};
  return { lacks: reason === 'failed' ? lines.lacks() : [], lastLines: lines.lastLines() };
}
