import * as core from '@actions/core';
import { removeLeftovers } from './build/work-folder.ts';
import { connectLeftRun, removeBuilder } from './connect/docker.ts';
import { KEEP_BUILDER, leftRuns } from './host/github.ts';
import { printRemoval } from './host/print-removal.ts';
import { createRecords, recordsFolder } from './host/records.ts';
import { createRunFiles } from './host/run-files.ts';
import { systemClock } from './io/clock.ts';
import { temporaryFolder } from './io/folders.ts';
import { cleanText, createCleaner } from './run/log.ts';
import { createMasker } from './run/mask/masker.ts';
import type { Handle } from './run/run.ts';
import { endLeftRun } from './steps/end-left-run.ts';

/** Seconds for a run of which nothing but its name is known. */
const GRACE = 30;

/** The action's post step: what it cannot do is told, and fails nothing. */
export async function post(): Promise<void> {
  await removeLeftovers(temporaryFolder(process.env));
  await endRuns();
  if (core.getState(KEEP_BUILDER) === 'false') await removeOwnBuilder();
}

async function removeOwnBuilder(): Promise<void> {
  try {
    core.info(printRemoval(await removeBuilder(process.env)));
  } catch (error) {
    core.warning(cleanText(`the builder may still be there: ${messageOf(error)}`));
  }
}

/** Ends what the main step could not, because it was cancelled or killed; each run has its grace at the same time. */
async function endRuns(): Promise<void> {
  const records = createRecords(recordsFolder(process.env));
  const ended = (await leftRuns(core, records)).map(async (handle) => {
    try {
      const outcome = await endRun(handle);
      await records.forget(handle);
      core.info(cleanText(`run ${handle.run}: stopped and removed: ${outcome}`));
    } catch (error) {
      core.warning(cleanText(`run ${handle.run} may still be there: ${messageOf(error)}`));
    }
  });
  await Promise.all(ended);
}

async function endRun(handle: Handle): Promise<string> {
  const { left } = handle;
  const tell = (line: string): void => core.info(cleanText(line));
  const backend = await connectLeftRun(handle, process.env, tell);
  if (left === undefined) {
    await backend.cancel(handle, GRACE);
    return 'cancelled';
  }
  const masker = createMasker();
  masker.add(left.secrets.flatMap((name) => process.env[name] || []));
  const host = { info: tell, line: core.info, now: systemClock.now };
  const files = createRunFiles(left.folder, { again: true });
  return await endLeftRun(handle, left, {
    host,
    backend,
    files,
    cleaner: (keep) => createCleaner({ masker, keep, now: systemClock.now }),
  });
}

/** It may quote an engine. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
