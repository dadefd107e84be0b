import { realpath, stat } from 'node:fs/promises';
import { Findings } from '../../../findings.ts';
import { errnoOf } from '../../../io/errno.ts';
import type { MountPoint } from '../../../jobspec/job/data.ts';
import type { RunPlan } from '../../../run/run.ts';
import { volumeFolders } from './volumes.ts';

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

interface AllowedMount {
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
  const findings = new Findings();
  const bound: BindMount[] = [];
  // One after the other, so that findings stand in the order of the mounts.
  for (const mount of mounts) {
    const one = await bindMount(mount, { allowed: folders, engine }, refuser(mount, findings));
    if (one !== undefined) bound.push(one);
  }
  findings.throwIfErrors();
  return bound;
}

async function allowedFolders(text: string): Promise<readonly AllowedMount[]> {
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

/** Reports why a mount is not made. */
type Refuse = (message: string, hint: string) => undefined;

function refuser({ location }: MountPoint, findings: Findings): Refuse {
  return (message, hint) => {
    findings.error('mount', message, { hint, at: location });
    return undefined;
  };
}

interface MountRules {
  readonly allowed: readonly AllowedMount[];
  readonly engine: string;
}

async function bindMount(
  { from, to, readOnly }: MountPoint,
  { allowed, engine }: MountRules,
  refuse: Refuse,
): Promise<BindMount | undefined> {
  if (!engine.startsWith('unix:')) {
    const message = `"${from}" is a folder of this machine, and the engine (${engine}) may be on another`;
    return refuse(message, 'run it on that machine');
  }
  const real = await realFolder(from);
  const found = allowed.filter(({ folder }) => real !== undefined && isInside(real, folder));
  if (real === undefined || found.length === 0) return refuseAccess({ from, real }, allowed, refuse);
  if (!readOnly && found.every((one) => one.readOnly)) {
    return refuse(`"${from}" may only be read on this machine`, 'write "read-only: true"');
  }
  return {
    Type: 'bind',
    Source: real,
    Target: to,
    ReadOnly: readOnly,
    BindOptions: { Propagation: 'rprivate' },
  };
}

interface MountSource {
  readonly from: string;
  /** undefined: there is none. */
  readonly real: string | undefined;
}

/** What is there and not allowed is reported in the same words as what is not there. */
function refuseAccess(
  { from, real }: MountSource,
  allowed: readonly AllowedMount[],
  refuse: Refuse,
): undefined {
  if (allowed.some(({ folder }) => isInside(from, folder)) && real === undefined) {
    return refuse(`there is no folder "${from}" on this machine`, 'create it, or mount another one');
  }
  const instead = `the operator of the machine allows folders with ${VARIABLE}=${from} in the environment of the runner`;
  return refuse(`this machine does not let jobs see "${from}"`, instead);
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
  const places = {
    workdir,
    outputs: run.outputs.map((path) => `${base}/${path}`.replace(/\/+$/, '')),
    code: run.mount?.entries.map(({ path }) => `${run.mount?.folder}/${path}`) ?? [],
    inputs: [...(run.inputs ?? []).map(({ folder }) => folder), ...volumeFolders(run, workdir)],
  };
  const findings = new Findings();
  for (const mount of run.mounts ?? []) checkMountPlace(mount, places, refuser(mount, findings));
  findings.throwIfErrors();
}

interface RunPlaces {
  readonly workdir: string;
  readonly outputs: readonly string[];
  readonly code: readonly string[];
  readonly inputs: readonly string[];
}

function checkMountPlace({ to }: MountPoint, places: RunPlaces, refuse: Refuse): void {
  const { workdir, outputs, code, inputs } = places;
  const holds = (path: string): boolean => isInside(path, to);
  if (holds(workdir)) {
    refuse(`"${to}" would cover the work directory`, 'mount it elsewhere, as in /data');
  } else if (outputs.some((path) => holds(path) || isInside(to, path))) {
    const hint = 'mount it elsewhere: outputs come back by themselves';
    refuse(`"${to}" and the outputs would be in the same place`, hint);
  } else if ([...code, ...inputs].some(holds)) {
    refuse(`"${to}" would cover files of the run`, 'mount it elsewhere, as in /data');
  }
}
