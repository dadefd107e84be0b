import * as core from '@actions/core';
import { removeLeftovers } from './build/work-folder.ts';
import { connectLeftRun, removeBuilder } from './connect/docker.ts';
import { KEEP_BUILDER, leftRuns } from './host/github.ts';
import { printRemoval } from './host/print-removal.ts';
import { createRecords, recordsFolder } from './host/records.ts';
import { temporaryFolder } from './io/folders.ts';
import { cleanText } from './run/log.ts';

/** Seconds for a run that the main step left behind to end by itself. */
const GRACE = 30;

/** The action's post step: what it cannot do is told, and fails nothing. */
export async function post(): Promise<void> {
  await removeLeftovers(temporaryFolder(process.env));
  await stopRuns();
  if (core.getState(KEEP_BUILDER) === 'false') await removeOwnBuilder();
}

async function removeOwnBuilder(): Promise<void> {
  try {
    core.info(printRemoval(await removeBuilder(process.env)));
  } catch (error) {
    core.warning(cleanText(`the builder may still be there: ${messageOf(error)}`));
  }
}

/** Stops and removes what the main step could not, because it was cancelled or killed. */
async function stopRuns(): Promise<void> {
  const records = createRecords(recordsFolder(process.env));
  for (const handle of await leftRuns(core, records)) {
    try {
      const backend = await connectLeftRun(handle, process.env, (line) => core.info(cleanText(line)));
      await backend.cancel(handle, GRACE);
      await records.forget(handle);
      core.info(cleanText(`run ${handle.run}: stopped and removed`));
    } catch (error) {
      core.warning(cleanText(`run ${handle.run} may still be there: ${messageOf(error)}`));
    }
  }
}

/** It may quote an engine. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
