import posix from 'node:path/posix';
import type { KeptFolder, RunPlan } from '../../../run/types/plan.ts';
import { type Docker, isStatus } from '../engine/docker.ts';
import { LABEL } from '../engine/labels.ts';

/** A named volume as `POST /containers/create` takes it; the engine makes one that is not there. */
export interface VolumeMount {
  readonly Type: 'volume';
  readonly Source: string;
  readonly Target: string;
  readonly ReadOnly: false;
  readonly VolumeOptions: { readonly NoCopy: true; readonly Labels: Readonly<Record<string, string>> };
}

export function cacheVolume({ key }: KeptFolder): string {
  return `jobimg-cache-${key}`;
}

export function checkpointVolume({ key }: KeptFolder): string {
  return `jobimg-checkpoint-${key}`;
}

interface VolumeFacts {
  readonly workdir: string;
  /** Milliseconds since 1970, by the engine's clock. */
  readonly now: number;
  readonly owner?: string | undefined;
}

/** What outlives the container of a run. */
export function volumeMounts(run: RunPlan, facts: VolumeFacts): readonly VolumeMount[] {
  const { caches = [], checkpoint } = run;
  const repository = run.labels.get('jobimg.repo');
  const repo = repository === undefined ? {} : { 'jobimg.repo': repository };
  const mounts = caches.map((cache) =>
    mountOf(cacheVolume(cache), cache.path, { ...repo, [LABEL.cache]: cache.name }),
  );
  if (checkpoint === undefined) return mounts;
  const labels = { ...repo, ...checkpointLabels(run, facts) };
  return [
    ...mounts,
    mountOf(checkpointVolume(checkpoint), checkpointFolder(checkpoint, facts.workdir), labels),
  ];
}

function checkpointFolder({ path }: KeptFolder, workdir: string): string {
  return posix.resolve(workdir, path);
}

function mountOf(name: string, target: string, labels: Readonly<Record<string, string>>): VolumeMount {
  return {
    Type: 'volume',
    Source: name,
    Target: target,
    ReadOnly: false,
    VolumeOptions: { NoCopy: true, Labels: labels },
  };
}

/** Seconds that the checkpoint of a run stays that did not succeed: whoever runs its workflow again goes on from it. */
export const CHECKPOINT_KEPT = 7 * 86_400;

function checkpointLabels(
  { id, family, timeout, stopGrace, queueTimeout = 0, retry }: RunPlan,
  { now, owner }: VolumeFacts,
): Readonly<Record<string, string>> {
  const attempts = (retry?.max ?? 0) + 1;
  const longest = attempts * (timeout + stopGrace + queueTimeout) + CHECKPOINT_KEPT;
  return {
    [LABEL.checkpoint]: id,
    [LABEL.family]: family,
    [LABEL.until]: String(Math.ceil(now / 1_000) + longest),
    ...(owner === undefined ? {} : { [LABEL.owner]: owner }),
  };
}

/** Folders that any user of the container may write to: the volumes, and those that lead to the checkpoint. */
export function volumeFolders({ caches = [], checkpoint }: RunPlan, workdir: string): readonly string[] {
  const folders = caches.map(({ path }) => path);
  if (checkpoint === undefined) return folders;
  const parts = checkpoint.path.split('/');
  return [...folders, ...parts.map((_, index) => posix.resolve(workdir, ...parts.slice(0, index + 1)))];
}

/** Whether an earlier attempt has left a checkpoint. */
export async function hasCheckpoint({ checkpoint }: RunPlan, { engine }: Docker): Promise<boolean> {
  if (checkpoint === undefined) return false;
  try {
    await engine.json({ method: 'GET', path: `/volumes/${checkpointVolume(checkpoint)}` });
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return false;
    throw error;
  }
}
