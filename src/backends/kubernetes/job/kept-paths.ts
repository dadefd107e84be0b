import posix from 'node:path/posix';
import { normalizePath, wantedPaths } from '../../../io/outputs/paths.ts';
import { isInside } from '../../../run/mounts/mount-places.ts';
import type { RunPlan } from '../../../run/types/plan.ts';

/** Where the two containers of a pod meet. */
export const SHARED = '/.jobimg';
/** What was copied when the job had ended, in both containers. */
export const COPIES = `${SHARED}/files`;
/** Where nodes that share a checkpoint tell each other that they have succeeded. */
export const ENDED = '/.jobimg-ended';
/** Where the container that keeps the outputs has their volumes. */
export const VOLUMES = '/.jobimg-outputs';

/** Folders that would hide what an image has, were they mounted over. */
const SYSTEM = /^\/(?:bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)?$/;

/** An output by its path, and where the job has it: absolute, or relative to the work directory of its image. */
interface KeptPath {
  readonly path: string;
  readonly at: string;
}

export interface KeptPaths {
  /** Folders that are volumes of the pod. */
  readonly volumes: readonly KeptPath[];
  /** What is copied when the job has ended. */
  readonly copies: readonly KeptPath[];
  /** Folders that have to be there for what is copied. */
  readonly folders: readonly string[];
  /** The absolute folder of the checkpoint; undefined: there is none, or nobody knows where it is. */
  readonly checkpoint?: string | undefined;
}

/** undefined: the work directory of an image that is not known here. */
export function outputsFrom({ outputsFrom: from, workdir }: RunPlan): string | undefined {
  return from ?? workdir;
}

/** Outputs are folders of their own where that is possible; a file, or a folder with other things in it, is copied. */
export function keptPaths(run: RunPlan): KeptPaths {
  const from = outputsFrom(run);
  const checkpoint = checkpointAt(run);
  const written = new Map(run.outputs.map((output) => [normalizePath(output), output]));
  const volumes: KeptPath[] = [];
  const copies: KeptPath[] = [];
  for (const path of wantedPaths(run)) {
    const at = from === undefined ? `./${path}` : posix.join(from, path);
    const isVolume =
      posix.isAbsolute(at) && isOwnFolder(written.get(path), at, run) && !meets(at, checkpoint);
    (isVolume ? volumes : copies).push({ path, at });
  }
  const folders = copies.flatMap(({ path, at }) => folderOf(written.get(path), at, from ?? '.'));
  return { volumes, copies, folders, checkpoint };
}

/** One volume is no part of another; and what is emptied after a success is copied before. */
function meets(at: string, checkpoint: string | undefined): boolean {
  if (checkpoint === undefined) return false;
  return isInside(at, checkpoint) || isInside(checkpoint, at);
}

function checkpointAt({ checkpoint, workdir }: RunPlan): string | undefined {
  return checkpoint === undefined || workdir === undefined ? undefined : posix.join(workdir, checkpoint.path);
}

/** A name with an ending is a file, whose folder it is about; where the job works, and the system, is there already. */
function folderOf(output: string | undefined, at: string, from: string): readonly string[] {
  if (output === undefined) return [];
  const isFile = !output.endsWith('/') && posix.extname(at) !== '';
  const folder = isFile ? posix.dirname(at) : at;
  return posix.normalize(folder) === posix.normalize(from) || SYSTEM.test(folder) ? [] : [folder];
}

/** A name with an ending is a file; anything else is taken for a folder. The work directory has the code in it. */
function isOwnFolder(output: string | undefined, at: string, { workdir = '/' }: RunPlan): boolean {
  if (output === undefined || (!output.endsWith('/') && posix.extname(at) !== '')) return false;
  return !SYSTEM.test(at) && at !== workdir && !workdir.startsWith(`${at}/`);
}
