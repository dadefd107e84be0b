import posix from 'node:path/posix';
import { shellWord } from '../../../recipe/shell.ts';
import { inputFolders } from '../../../run/mounts/input-folders.ts';
import type { KeptFolder, RunPlan } from '../../../run/types/plan.ts';
import { inputWord } from './take-inputs.ts';

/** A folder of the cluster in the container; both are words of a shell, as they stand. */
export interface Bind {
  readonly source: string;
  readonly target: string;
  readonly readOnly: boolean;
}

/** A mount of a run, led to what it really is on the cluster. */
export interface SharedMount {
  readonly from: string;
  readonly to: string;
  readonly readOnly: boolean;
}

/** Below the folder of all runs; `$r` is that of this one. */
const CACHES = `"\${r%/*}/caches"`;
const CHECKPOINTS = `"\${r%/*}/checkpoints"`;

export function bindsOf(run: RunPlan, mounts: readonly SharedMount[]): readonly Bind[] {
  const { caches = [], checkpoint } = run;
  const kept = caches.map((cache) => ({
    source: keptWord(CACHES, cache),
    target: shellWord(cache.path),
    readOnly: false,
  }));
  const shared = mounts.map(({ from, readOnly, to }) => ({
    source: shellWord(from),
    target: shellWord(to),
    readOnly,
  }));
  const inputs = inputFolders(run).map((folder, index) => ({
    source: inputWord(index),
    target: shellWord(folder),
    readOnly: true,
  }));
  const all = [...inputs, ...shared, ...kept];
  if (checkpoint === undefined) return all;
  const target = posix.isAbsolute(checkpoint.path)
    ? shellWord(checkpoint.path)
    : `"$workdir"/${shellWord(posix.normalize(checkpoint.path))}`;
  return [...all, { source: keptWord(CHECKPOINTS, checkpoint), target, readOnly: false }];
}

function keptWord(base: string, { key }: KeptFolder): string {
  return `${base}/${key}`;
}

/** Whoever the user of an image is writes into them; nobody but the user of the cluster reaches them. */
export function keptLines({ caches = [], checkpoint }: RunPlan): string {
  const folders = [
    ...caches.map((cache) => keptWord(CACHES, cache)),
    ...(checkpoint === undefined ? [] : [keptWord(CHECKPOINTS, checkpoint)]),
  ];
  if (folders.length === 0) return ':';
  return `mkdir -p ${CACHES} ${CHECKPOINTS}; (umask 000; mkdir -p ${folders.join(' ')})`;
}

/** `$resume`: whether an earlier attempt has left something, for all nodes of a run alike. */
export function resumeLine({ checkpoint, env }: RunPlan): string {
  if (checkpoint === undefined) return ':';
  const there = `[ -z "$(ls -A ${keptWord(CHECKPOINTS, checkpoint)} 2>/dev/null)" ]`;
  return `resume=${shellWord(env.get('JOBIMG_RESUME') ?? '0')}; ${there} || resume=1; export resume`;
}

/** Whether the script says it better than the plan. */
export function isOfCheckpoint(name: string, { checkpoint }: RunPlan): boolean {
  return checkpoint !== undefined && name === 'JOBIMG_RESUME';
}
