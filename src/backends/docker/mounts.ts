import { realpath, stat } from 'node:fs/promises';
import { type Finding, UserError } from '../../errors.ts';
import { errnoOf } from '../../io/errno.ts';
import type { RunPlan } from '../../run/run.ts';
import type { MountPoint } from '../../spec/data.ts';

/** A bind mount as `POST /containers/create` takes it. */
export interface BindMount {
  readonly Type: 'bind';
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly: boolean;
  readonly BindOptions: { readonly Propagation: 'rprivate' };
}

/** By this variable the operator of a machine says which of its folders jobs may see. */
const VARIABLE = 'JOBIMG_ALLOW_MOUNTS';

interface Allowed {
  readonly folder: string;
  readonly readOnly: boolean;
}

/**
 * The mounts of a run, each led to the folder that it really is; throws for what the operator did not allow. `allowed`
 * is a list of folders, separated by commas; `:ro` after one allows it for reading alone.
 */
export async function bindMounts(
  mounts: readonly MountPoint[],
  allowed: string | undefined,
  engine: string,
): Promise<readonly BindMount[]> {
  if (mounts.length === 0) return [];
  const folders = await allowedFolders(allowed ?? '');
  const checked = await Promise.all(mounts.map((mount) => bindMount(mount, folders, engine)));
  const problems = checked.flatMap((one) => ('level' in one ? [one] : []));
  if (problems.length > 0) throw UserError.of(problems);
  return checked.flatMap((one) => ('Type' in one ? [one] : []));
}

async function allowedFolders(text: string): Promise<readonly Allowed[]> {
  const folders = text.split(',').map((one) => one.trim());
  const found = await Promise.all(
    folders
      .filter((one) => one.startsWith('/'))
      .map(async (one) => {
        const readOnly = one.endsWith(':ro');
        const folder = await realFolder(readOnly ? one.slice(0, -3) : one);
        return folder === undefined ? [] : [{ folder, readOnly }];
      }),
  );
  return found.flat();
}

async function bindMount(
  mount: MountPoint,
  allowed: readonly Allowed[],
  engine: string,
): Promise<BindMount | Finding> {
  const { from, to, readOnly } = mount;
  if (!engine.startsWith('unix:')) {
    return problem(
      mount,
      `"${from}" is a folder of this machine, and the engine (${engine}) may be on another`,
      'run it on that machine',
    );
  }
  const real = await realFolder(from);
  const found = allowed.filter(({ folder }) => real !== undefined && isInside(real, folder));
  if (real === undefined || found.length === 0) return notAllowed(mount, real, allowed);
  if (!readOnly && found.every((one) => one.readOnly)) {
    return problem(mount, `"${from}" may only be read on this machine`, 'write "read-only: true"');
  }
  return {
    Type: 'bind',
    Source: real,
    Target: to,
    ReadOnly: readOnly,
    BindOptions: { Propagation: 'rprivate' },
  };
}

/** What is there and not allowed is told in the same words as what is not there. */
function notAllowed(mount: MountPoint, real: string | undefined, allowed: readonly Allowed[]): Finding {
  const { from } = mount;
  if (allowed.some(({ folder }) => isInside(from, folder)) && real === undefined) {
    return problem(mount, `there is no folder "${from}" on this machine`, 'create it, or mount another one');
  }
  const instead = `the operator of the machine allows folders with ${VARIABLE}=${from} in the environment of the runner`;
  return problem(mount, `this machine does not let jobs see "${from}"`, instead);
}

/** Folders and files as they really are; anything else, such as a socket, is nothing to mount. */
async function realFolder(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    const stats = await stat(real);
    return stats.isDirectory() || stats.isFile() ? real : undefined;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/**
 * Before the start the engine writes what a run needs into its container, and would write it into a folder of the
 * machine where one is mounted: so nothing of it may be there.
 */
export function checkMountPlaces(run: RunPlan, workdir: string): void {
  const base = run.outputsFrom ?? workdir;
  const outputs = run.outputs.map((path) => `${base}/${path}`.replace(/\/+$/, ''));
  const code = run.mount?.entries.map(({ path }) => `${run.mount?.folder}/${path}`) ?? [];
  const inputs = run.inputs?.map(({ folder }) => folder) ?? [];
  const problems = (run.mounts ?? []).flatMap((mount): readonly Finding[] => {
    const { to } = mount;
    const holds = (path: string): boolean => isInside(path, to);
    if (holds(workdir))
      return [problem(mount, `"${to}" would cover the work directory`, 'mount it elsewhere, as in /data')];
    if (outputs.some((path) => holds(path) || isInside(to, path)))
      return [
        problem(
          mount,
          `"${to}" and the outputs would be in the same place`,
          'mount it elsewhere: outputs come back by themselves',
        ),
      ];
    if ([...code, ...inputs].some(holds))
      return [problem(mount, `"${to}" would cover files of the run`, 'mount it elsewhere, as in /data')];
    return [];
  });
  if (problems.length > 0) throw UserError.of(problems);
}

function problem({ location }: MountPoint, message: string, hint: string): Finding {
  return { level: 'error', code: 'mount', message, hint, location };
}
