import * as core from '@actions/core';
import { connectArtifacts } from '../../connect/artifacts.ts';
import { connectLeftRun } from '../../connect/backends.ts';
import { operatorsFile } from '../../connect/places/operators-file.ts';
import { connectPostRegistry } from '../../connect/post/registry.ts';
import { openRecords } from '../../connect/runs.ts';
import { isHosted } from '../../disk/free-space.ts';
import { type Finding, messageOf } from '../../errors.ts';
import { writeLines } from '../../host/github.ts';
import { ARTIFACT, SENT } from '../../host/post-state.ts';
import { createRunFiles } from '../../host/runs/files.ts';
import { leftRuns } from '../../host/runs/left-runs.ts';
import type { Records } from '../../host/runs/records.ts';
import { runFolder } from '../../host/runs/run-folder.ts';
import { systemClock } from '../../io/clock.ts';
import { cleanText, createCleaner } from '../../log/log.ts';
import { isHideable } from '../../log/mask/forms.ts';
import { createMasker, type Masker } from '../../log/mask/masker.ts';
import { printFinding } from '../../report/findings.ts';
import { planOf } from '../../run/kept-plan.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunResult } from '../../run/types/result.ts';
import { endKeptRun } from '../../steps/left-runs/end-kept-run.ts';
import { endLeftRun } from '../../steps/left-runs/end-left-run.ts';
import { pushLeftRecord } from '../../steps/left-runs/push-left-record.ts';
import type { Backend } from '../../tools/backend.ts';
import type { KnownRun } from '../../tools/runs.ts';

/** Seconds for a run of which nothing but its name is known. */
const GRACE = 30;

/** Where the runs of this machine are kept, and who keeps them. */
interface KeptRuns {
  readonly folder: string;
  readonly records: Records;
}

/** Ends what the main step could not, because it was cancelled or killed; each run has its grace at the same time. */
export async function endRuns(folder: string, workspace: string): Promise<void> {
  const { env } = process;
  const by = {
    starting: { folder: workspace },
    caller: { server: env['GITHUB_SERVER_URL'], hosted: isHosted(env) },
  };
  const kept = { folder, records: await openRecords(folder, by, systemClock) };
  const known = await kept.records.list();
  const ended = leftRuns(core, known).map(async (handle) => {
    const found = known.find((one) => one.record.run === handle.run);
    try {
      const outcome = await endRun(handle, found, kept);
      await kept.records.forget(handle.run);
      core.info(cleanText(`run ${handle.run}: ${outcome}`));
    } catch (error) {
      core.warning(cleanText(`run ${handle.run} may still be there: ${messageOf(error)}`));
    }
  });
  await Promise.all(ended);
}

async function endRun(handle: Handle, found: KnownRun | undefined, kept: KeptRuns): Promise<string> {
  const backend = await connectLeftRun(handle, {
    env: process.env,
    defaults: operatorsFile(process.env),
    host: TELL,
  });
  if (found !== undefined) return await endRecordedRun(handle, found, backend, kept);
  await backend.cancel(handle, GRACE);
  return 'stopped and removed';
}

async function endRecordedRun(
  handle: Handle,
  { record, ended }: KnownRun,
  backend: Backend,
  { folder, records }: KeptRuns,
): Promise<string> {
  const run = planOf(record);
  const masker = createMasker();
  masker.add(run.secrets.flatMap((name) => process.env[name] || []));
  const tools = {
    host: {
      ...TELL,
      lines: (texts: readonly string[]) => writeLines(core, texts),
      bar: core.info,
      now: systemClock.now,
    },
    runs: {
      keep: async (result: RunResult) => (await records.keep(result, handle)).files,
      amend: records.amend,
    },
    artifacts: core.getState(ARTIFACT) === 'true' ? connectArtifacts(process.env, TELL.info) : undefined,
    registry: connectPostRegistry(process.env, { info: TELL.info, mask: (values) => hide(values, masker) }),
    backend,
    files: createRunFiles(runFolder(folder, run, new Date()), { again: true, hide: masker.hide }),
    cleaner: (keep: ((bytes: Uint8Array) => void) | undefined) =>
      createCleaner({ masker, keep, now: systemClock.now }),
  };
  const outcome =
    ended === undefined
      ? await endLeftRun(handle, run, tools)
      : await endKeptRun({ handle, record, ended }, tools);
  // Whoever has sent the run looks for its record.
  if (core.getState(SENT) === 'true') await pushLeftRecord(run, await records.ended(run.id), tools.registry);
  return outcome;
}

function hide(values: readonly string[], masker: Masker): void {
  const given = values.filter((value) => value !== '');
  masker.add(given);
  for (const value of given.filter(isHideable)) core.setSecret(value);
}

const TELL = {
  info: (line: string): void => core.info(cleanText(line)),
  finding: (finding: Finding): void => core.warning(cleanText(printFinding(finding))),
};
