import { NEVER } from '../../never.ts';
import { watchLines } from '../../run/lines/watch.ts';
import type { RunEvent } from '../../run/types/event.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { Backend } from '../../tools/backend.ts';
import type { FoundRun } from '../../tools/found-run.ts';
import type { Tools } from '../../tools/tools.ts';
import { followRun } from '../runs/follow-run.ts';
import { openRun } from './find-runs.ts';

/** A log that says nothing for so many milliseconds is taken for all that there is so far. */
const QUIET = 2_000;

interface Shown {
  /** Whether it is waited for what comes until the run ends; else what is there is all. */
  readonly follow: boolean;
}

/** Shows the log of a run from its beginning; nothing of the run is kept or ended. */
export async function showLog(found: FoundRun, { follow }: Shown, tools: Tools): Promise<void> {
  const { backend, handle } = await openRun(found, tools);
  const { cancelled } = tools.host;
  if (follow) return await show(handle, backend.follow(handle, NEVER, cancelled), tools);
  const soFar = backend.logSoFar?.(handle, cancelled);
  if (soFar !== undefined) return await show(handle, soFar, tools);
  await showUntilQuiet(handle, backend, tools);
}

/** A place that is asked for the log now and then has nothing more to say until it is asked again. */
async function showUntilQuiet(handle: Handle, backend: Backend, tools: Tools): Promise<void> {
  const { host } = tools;
  const quiet = new AbortController();
  const timer = setTimeout(() => quiet.abort(), QUIET);
  const lines = (texts: readonly string[]): void => {
    timer.refresh();
    host.lines(texts);
  };
  const events = backend.follow(handle, NEVER, AbortSignal.any([host.cancelled, quiet.signal]));
  await show(handle, events, { ...tools, host: { ...host, lines } }).finally(() => clearTimeout(timer));
}

async function show(handle: Handle, events: AsyncIterable<RunEvent>, tools: Tools): Promise<void> {
  const files = { writeLog: async () => undefined };
  const { verdict, left } = await followRun(events, watchLines([]), files, tools);
  if (left !== undefined) return;
  tools.host.info([`the run ${handle.run}: ${verdict.reason}`, verdict.detail].filter(Boolean).join(': '));
}
