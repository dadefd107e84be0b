import { realpath, stat } from 'node:fs/promises';
import { Findings } from '../../../findings.ts';
import { errnoOf } from '../../../io/errno.ts';
import type { MountPoint } from '../../../jobspec/job/data.ts';
import { isInside, mountRefuser, type RefuseMount } from '../../../run/mounts/mount-places.ts';

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
    const one = await bindMount(mount, { allowed: folders, engine }, mountRefuser(mount, findings));
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

interface MountRules {
  readonly allowed: readonly AllowedMount[];
  readonly engine: string;
}

async function bindMount(
  { from, to, readOnly }: MountPoint,
  { allowed, engine }: MountRules,
  refuse: RefuseMount,
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
  refuse: RefuseMount,
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
