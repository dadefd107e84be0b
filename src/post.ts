import * as core from '@actions/core';
import { removeLeftovers } from './build/work-folder.ts';
import { connectLeftRun } from './connect/docker.ts';
import { temporaryFolder } from './connect/ground.ts';
import { leftRuns } from './host/github.ts';
import { createRecords, recordsFolder } from './host/records.ts';

/** Seconds for a run that the main step left behind to end by itself. */
const GRACE = 30;

/** The action's post step: stops and removes what the main step could not, because it was cancelled or killed. */
export async function post(): Promise<void> {
  await removeLeftovers(temporaryFolder(process.env));
  const records = createRecords(recordsFolder(process.env));
  for (const handle of await leftRuns(core, records)) {
    try {
      const backend = await connectLeftRun(handle, process.env, core.info);
      await backend.cancel(handle, GRACE);
      await records.forget(handle);
      core.info(`run ${handle.run}: stopped and removed`);
    } catch (error) {
      core.warning(
        `run ${handle.run} may still be there: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
}
