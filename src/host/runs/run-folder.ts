import { lstatSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../../io/errno.ts';
import { parseRecord } from '../../run/record.ts';
import { folderName, LATEST } from '../../run/records/folder-name.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import { readRunName, runPaths } from './paths.ts';

/** In the folder of a run: how it was started and how it ended, for people. */
export const RESULT_NAME = 'run.json';

/**
 * The folder of a run: the one that is there, and else the one that its record names. Every process that has to do with
 * the run comes to the same.
 */
export function runFolder(runs: string, run: Pick<RunPlan, 'id'> & Partial<RunPlan>, now: Date): string {
  const there = folderIn(namesIn(runs), run.id);
  if (there !== undefined) return join(runs, there);
  const { record: path } = runPaths(runs, run.id);
  const record = parseRecord(readOptional(path) ?? '');
  const { started = now.toISOString(), plan } = record ?? {};
  return join(runs, folderName({ run: run.id, started, leg: (plan?.leg ?? run.leg)?.label }));
}

/** The name of a run's folder among those of all runs; the first of several, so that every process takes the same. */
export function folderIn(names: readonly string[], id: string): string | undefined {
  return [...names].sort().find((name) => {
    const known = readRunName(name);
    return known?.run === id && known.kind === 'folder';
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}

function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** The link to the folder of the run that was started last. Where it cannot be made there is none: only people need it. */
export function linkLatest(folder: string): void {
  const link = join(dirname(folder), LATEST);
  const fresh = `${link}.${process.pid}.tmp`;
  try {
    const there = lstatSync(link, { throwIfNoEntry: false });
    if (there !== undefined && !there.isSymbolicLink()) return;
    if (there !== undefined && isNewer(readlinkSync(link), folder)) return;
    rmSync(fresh, { force: true });
    symlinkSync(basename(folder), fresh);
    renameSync(fresh, link);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error; // A system without links, or another process at the same time.
  }
}

/** Whether the link leads to a folder that is there, of a run that was started in a later minute. */
function isNewer(target: string, folder: string): boolean {
  const stats = lstatSync(join(dirname(folder), target), { throwIfNoEntry: false });
  return stats !== undefined && target.slice(0, MINUTE) > basename(folder).slice(0, MINUTE);
}

const MINUTE = '2026-12-01T1756Z'.length;
