import { askedOnce } from '../asked-once.ts';
import { printBytes } from '../disk/bytes.ts';
import type { EvidenceCaller } from '../evidence/caller.ts';
import { linkRuns } from '../host/runs/link.ts';
import { type RunPlace, runPaths, runPlace } from '../host/runs/paths.ts';
import type { Records } from '../host/runs/records.ts';
import { makeRunsFolder, namesOfRecords } from '../host/runs/runs-folder.ts';
import type { Clock } from '../io/clock.ts';
import { temporaryFolder } from '../io/fs/folders.ts';
import { ownProcess, startedAt } from '../io/process/own-process.ts';
import { knownSecrets } from '../run/known-secrets.ts';
import type { RecordContext } from '../run/record.ts';
import type { RunStatus } from '../tools/backend.ts';
import type { Runs } from '../tools/runs.ts';
import { VERSION } from '../version.ts';
import type { ConnectContext } from './context.ts';
import { maskSecrets } from './mask.ts';
import { operatorsFile } from './places/operators-file.ts';

/** Where runs are kept is looked for when one is asked for: a plan needs no such place. */
export function connectRuns(context: ConnectContext, excludeFile: () => string | undefined): Runs {
  const { caller, clock, env, host, inputs } = context;
  const place = (): RunPlace => runPlace(env, inputs.folder);
  const { github, repository, server } = caller.run;
  const starting = { folder: inputs.folder, repository, github };
  const records = askedOnce(() =>
    openRecords(place().folder, { starting, caller: { server, hosted: caller.hosted } }, clock),
  );

  return {
    async remember(run, handle) {
      host.remember(handle, caller.defaultsOption);
      await (await records()).remember(run, handle);
    },
    async keep(result, handle) {
      const { isBeside, hasProvenance, files } = await (await records()).keep(result, handle);
      if (!hasProvenance) {
        const { PROVENANCE } = await import('../host/runs/provenance-files.ts');
        host.info(
          `the job has an output "${PROVENANCE}": nothing beside it says from what the outputs were made`,
        );
      }
      if (isBeside) return files;
      const { ended } = runPaths(place().folder, result.run.id);
      host.info(`the job has an output "run.json": how the run ended is in ${ended} only, not beside it`);
      return files;
    },
    amend: async (result) => (await records()).amend(result),
    recordOf: async (run) => (await records()).ended(run),
    statementOf: async (run) => (await records()).statementOf(run),
    keepBundle: async (run, bundle) => (await records()).keepBundle(run, bundle),
    async keepPage(legs) {
      const [{ writeMatrixPage }, { runsPage }] = await Promise.all([
        import('../host/runs/matrix-page.ts'),
        import('../report/runs-page/page.ts'),
      ]);
      return await writeMatrixPage(place().folder, legs, (kept) => runsPage(kept, new Date()));
    },
    async detach(handle) {
      await (await records()).detach(handle.run);
      host.forget(handle);
    },
    async forget(handle) {
      await (await records()).forget(handle.run);
      host.forget(handle);
    },
    async list() {
      const names = await namesOfRecords(place().folder);
      return names.length === 0 ? [] : await (await records()).list();
    },
    claim: async (run, even) => (await records()).claim(run, even),
    async open({ handle, plan }) {
      const { connectLeftRun } = await import('./backends.ts');
      const defaults = inputs.defaults ?? operatorsFile(env);
      const backend = await connectLeftRun(handle, { env, defaults, host });
      const status = await backend.look(handle, plan.secrets);
      maskKnown(plan.secrets, status, context);
      return { backend, status };
    },
    async tidy() {
      await makeRunsFolder(place().folder);
      linkRuns(place(), excludeFile());
      const { removeLeftovers } = await import('../io/process/leftovers.ts');
      await removeLeftovers(temporaryFolder(env));
    },
    removeExpired: () => removeExpiredRuns(place().folder, context),
  };
}

/** What the log of a run may hold is hidden, and what cannot be is said. */
function maskKnown(names: readonly string[], { state, secrets }: RunStatus, context: ConnectContext): void {
  const { values, unknown } = knownSecrets(names, secrets, context.env);
  maskSecrets(values, context);
  if (unknown.length === 0 || state === 'absent') return;
  context.host.info(
    `the values of these secrets are not known here, and are shown where the job writes them: ${unknown.join(', ')}`,
  );
}

interface RecordsCaller {
  readonly starting: Omit<RecordContext, 'now' | 'owner'>;
  readonly caller: Pick<EvidenceCaller, 'server' | 'hosted'>;
}

export async function openRecords(
  folder: string,
  { starting, caller }: RecordsCaller,
  { sleep }: Pick<Clock, 'sleep'>,
): Promise<Records> {
  const { createRecords } = await import('../host/runs/records.ts');
  return createRecords({
    folder,
    starting,
    caller: { ...caller, version: VERSION },
    self: ownProcess(),
    startedOf: startedAt,
    now: () => new Date(),
    wait: (milliseconds) => sleep(milliseconds),
  });
}

async function removeExpiredRuns(folder: string, { env, host }: ConnectContext): Promise<void> {
  const [{ removeExpired }, { retentionOf }] = await Promise.all([
    import('../host/runs/expired.ts'),
    import('../run/retention.ts'),
  ]);
  const { retention, wrong } = retentionOf(env);
  for (const name of wrong)
    host.finding({
      level: 'warning',
      code: 'keep',
      message: `${name} is ${JSON.stringify(env[name])}, which is not a number, so it removes nothing`,
      hint: `write a number, such as ${name}=30`,
    });
  const { runs, bytes } = await removeExpired({
    folder,
    retention,
    self: ownProcess(),
    startedOf: startedAt,
    now: Date.now(),
    uid: process.getuid?.(),
  });
  if (runs.length === 0) return;
  const limits = `${retention.days} days and ${retention.bytes / 1e9} GB are kept (JOBIMG_KEEP_DAYS, JOBIMG_KEEP_GB)`;
  const what = runs.length === 1 ? '1 run that had ended' : `${runs.length} runs that had ended`;
  host.info(`removed ${what}, ${printBytes(bytes)}, from ${folder}: ${limits}`);
}
