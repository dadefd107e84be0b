import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import posix from 'node:path/posix';
import { UserError } from '../../errors.ts';
import type { OutputFile } from '../../evidence/outputs/packing.ts';
import { errnoOf } from '../../io/errno.ts';
import { wantedPaths } from '../../io/outputs/paths.ts';
import { outputName } from '../../run/records/output-name.ts';
import type { RunPlan } from '../../run/types/plan.ts';

/** Files of one run that are pushed together, and brought back. */
export const MOST_FILES = 100_000;

/** Our own, where a job has the whole of its work directory for an output. */
const LOGS = /^log(?:\.node-\d+)?\.txt$/;
const NODE = /^node-\d+$/;

/** Every collected output in the folder of a run, sorted by path. No link is followed; there is none among them. */
export async function outputFiles(folder: string, run: RunPlan): Promise<readonly OutputFile[]> {
  const found = new Map<string, OutputFile>();
  for (const root of await rootsOf(folder, run)) {
    for (const path of wantedPaths(run)) await walk(folder, posix.join(root, outputName(path)), found);
  }
  return [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Of several nodes, each but the first has a folder of its own. */
async function rootsOf(folder: string, { nodes }: RunPlan): Promise<readonly string[]> {
  if (nodes?.outputs !== 'all') return ['.'];
  const names = await readdir(folder).catch(orNothing);
  return ['.', ...(names ?? []).filter((name) => NODE.test(name))];
}

async function walk(folder: string, start: string, found: Map<string, OutputFile>): Promise<void> {
  const waiting = [posix.normalize(start)];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const stats = await lstat(join(folder, path)).catch(orNothing);
    if (stats?.isDirectory()) waiting.push(...(await namesBelow(folder, path)));
    if (stats?.isFile()) found.set(path, { path, size: stats.size, executable: (stats.mode & 0o111) !== 0 });
    if (found.size > MOST_FILES) throw tooMany();
  }
}

async function namesBelow(folder: string, path: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, path));
  return names.filter((name) => path !== '.' || !LOGS.test(name)).map((name) => posix.join(path, name));
}

function orNothing(error: unknown): undefined {
  if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
  throw error;
}

function tooMany(): UserError {
  return new UserError(`the run has more than ${MOST_FILES} outputs, and so many are not pushed`, {
    code: 'outputs',
    hint: 'let the job pack them into one archive',
  });
}
