import { join, relative, resolve, sep } from 'node:path';
import { isHosted } from '../../disk/free-space.ts';
import { UserError } from '../../errors.ts';
import { stateFolder, temporaryFolder } from '../../io/fs/folders.ts';
import type { Variables } from '../../io/process/exec.ts';
import { RUNS_LINK } from '../../recipe/ignore/paths.ts';
import { readFolderName } from '../../run/records/folder-name.ts';

/** Where a machine keeps its runs: logs, outputs and records. */
export interface RunPlace {
  /** Holds a folder for each run, and a record beside it as long as it lives. */
  readonly folder: string;
  /** In the repository's folder, for people; undefined on a machine that is gone after the job. */
  readonly link: string | undefined;
}

/**
 * The one rule: on a runner of GitHub's own, which ends with its job, below its temporary folder; on a machine that stays,
 * in the state folder, which outlives checkouts; and always where `JOBIMG_STATE` says.
 */
export function keptRunsFolder(env: Variables): string {
  return isGone(env) ? join(temporaryFolder(env), 'jobimg', 'runs') : join(stateFolder(env), 'runs');
}

/** The same for runs that are to be kept there; what only reads them may be called in any folder. */
export function runPlace(env: Variables, repository: string): RunPlace {
  const folder = keptRunsFolder(env);
  if (isGone(env)) return { folder, link: undefined };
  if (env['JOBIMG_STATE'] && isBelow(folder, repository)) {
    throw new UserError(`runs would be kept in the repository, in "${folder}"`, {
      kind: 'usage',
      code: 'state-in-repository',
      hint: 'set JOBIMG_STATE to a folder outside of it, which no checkout removes',
    });
  }
  return { folder, link: join(repository, RUNS_LINK) };
}

function isGone(env: Variables): boolean {
  return isHosted(env) && !env['JOBIMG_STATE'];
}

function isBelow(path: string, folder: string): boolean {
  const way = relative(resolve(folder), path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

/** What is kept of a run beside its folder. */
export interface RunPaths {
  /** As long as it is not known to be over. */
  readonly record: string;
  /** Once it has ended; no output of a job has its name. */
  readonly ended: string;
}

export function runPaths(runs: string, run: string): RunPaths {
  if (!RUN_ID.test(run)) throw new Error(`"${run}" is not a run id`);
  const path = join(runs, run);
  return { record: `${path}.json`, ended: `${path}.ended.json` };
}

const RUN_ID = /^[a-z0-9-]{1,52}$/;

const RECORD = /^(?<run>[a-z0-9-]{1,52})(?<ending>\..+)$/;

interface RunFile {
  readonly run: string;
  readonly kind: 'folder' | 'record' | 'ended' | 'unfinished';
}

/** The run that a name below the folder of the runs belongs to, and what of it that is. */
export function readRunName(name: string): RunFile | undefined {
  const folder = readFolderName(name);
  if (folder !== undefined) {
    const { run, ending } = folder;
    if (ending === '') return { run, kind: 'folder' };
    // A copy of outputs that has not come to its end.
    return ending.startsWith('.part-') ? { run, kind: 'unfinished' } : undefined;
  }
  const { run, ending = '' } = RECORD.exec(name)?.groups ?? {};
  if (run === undefined) return undefined;
  if (ending === '.json') return { run, kind: 'record' };
  if (ending === '.ended.json') return { run, kind: 'ended' };
  return ending.endsWith('.tmp') ? { run, kind: 'unfinished' } : undefined;
}
