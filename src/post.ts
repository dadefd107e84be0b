import * as core from '@actions/core';
import { connectLeftRun, removeBuilder } from './connect/docker.ts';
import { openRecords } from './connect/runs.ts';
import type { Finding } from './errors.ts';
import { KEEP_BUILDER, leftRuns } from './host/github.ts';
import { printRemoval } from './host/print-removal.ts';
import { runPlace } from './host/run-place.ts';
import { systemClock } from './io/clock.ts';
import { temporaryFolder } from './io/folders.ts';
import { removeLeftovers } from './io/leftovers.ts';
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
  const { env } = process;
  const workspace = env['GITHUB_WORKSPACE'] || process.cwd();
  const records = openRecords(runPlace(env, workspace).folder, { folder: workspace }, systemClock);
  const job = {
    'run-id': env['GITHUB_RUN_ID'] ?? '',
    attempt: env['GITHUB_RUN_ATTEMPT'] ?? '1',
    job: env['GITHUB_JOB'] ?? '',
  };
  const info = (line: string): void => core.info(cleanText(line));
  const tell = { info, finding: ({ message }: Finding) => info(message) };
  for (const handle of leftRuns(core, await records.list(), job)) {
    try {
      const backend = await connectLeftRun(handle, env, tell);
      await backend.cancel(handle, GRACE);
      await records.forget(handle.run);
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
