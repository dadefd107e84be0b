import { watchLines } from '../../run/lines/watch.ts';
import type { FoundRun } from '../../tools/found-run.ts';
import type { Tools } from '../../tools/tools.ts';
import { followRun } from '../runs/follow-run.ts';
import { openRun } from './find-runs.ts';

const NEVER = new AbortController().signal;

/** Shows the log of a run from its beginning, until it ends or somebody has seen enough; nothing of it is kept or ended. */
export async function showLog(found: FoundRun, enough: AbortSignal, tools: Tools): Promise<void> {
  const { backend, handle } = await openRun(found, tools);
  const files = { writeLog: async () => undefined };
  const { verdict, left } = await followRun(
    backend.follow(handle, NEVER, enough),
    watchLines([]),
    files,
    tools,
  );
  if (left !== undefined) return;
  tools.host.info([`the run ${handle.run}: ${verdict.reason}`, verdict.detail].filter(Boolean).join(': '));
}
