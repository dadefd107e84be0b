import { lstat, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import posix from 'node:path/posix';
import type { Readable } from 'node:stream';
import { UserError } from '../../errors.ts';
import { errnoOf } from '../../io/errno.ts';
import { makeFolder } from '../../io/own-files.ts';
import { readTar, TarError } from '../../io/tar-reader.ts';
import type { Collected } from '../../run/run.ts';
import { inspect } from './create.ts';
import { type Docker, isStatus } from './docker.ts';
import { createOutputFolder, type OutputFolder } from './output-folder.ts';

/** Asked for by nobody: it is collected when it is there. */
const DEFAULT_OUTPUT = 'outputs';

/**
 * Copies the outputs out of the stopped container into the folder, as regular files only. They are put together
 * beside it and moved in when all of them are there; what the folder holds already is never written over.
 */
export async function collectOutputs(
  name: string,
  run: Collected,
  folder: string,
  docker: Docker,
): Promise<readonly string[]> {
  const container = await inspect(name, docker);
  if (container === undefined) return [];
  const from = run.outputsFrom ?? (container.Config.WorkingDir || '/');

  makeFolder(dirname(folder));
  const temporary = await mkdtemp(`${folder}.part-`);
  try {
    const output = createOutputFolder(temporary);
    for (const path of outermost(wantedPaths(run))) await collectPath(name, from, path, run, output, docker);
    for (const message of output.problems()) docker.finding({ level: 'warning', code: 'outputs', message });
    await moveInto(temporary, folder);
    return output.files();
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

function wantedPaths(run: Collected): readonly string[] {
  const metrics = run.metrics.flatMap((source) => ('path' in source ? [source.path] : []));
  return [...run.outputs, ...metrics].map(normalize);
}

/** Paths without those that are in another one. */
function outermost(paths: readonly string[]): readonly string[] {
  const unique = [...new Set(paths)];
  return unique.filter(
    (path) => !unique.some((other) => other !== path && (other === '.' || path.startsWith(`${other}/`))),
  );
}

async function collectPath(
  name: string,
  from: string,
  path: string,
  run: Collected,
  output: OutputFolder,
  docker: Docker,
): Promise<void> {
  checkInside(path);
  const tar = await openArchive(name, posix.join(from, path), docker);
  if (tar === undefined) {
    if (isDeclared(run, path)) output.problem(`the job left no output "${path}"`);
    return;
  }
  try {
    await unpack(tar, path === '.' ? [] : path.split('/'), output);
  } catch (error) {
    if (!(error instanceof TarError)) throw error;
    output.problem(`of the output "${path}" the rest was left out: ${error.message}`);
  }
}

/** The first part of each path in the tar is the name of what was asked for; `place` stands for it. */
async function unpack(tar: Readable, place: readonly string[], output: OutputFolder): Promise<void> {
  for await (const entry of readTar(tar)) {
    const target = entry.target === undefined ? undefined : [...place, ...entry.target.slice(1)];
    if (!(await output.add({ ...entry, path: [...place, ...entry.path.slice(1)], target }))) return;
  }
}

function checkInside(path: string): void {
  if (!posix.isAbsolute(path) && !path.split('/').includes('..')) return;
  throw new UserError(`the output "${path}" is outside of the work directory`, {
    hint: 'write a path inside it',
  });
}

function isDeclared(run: Collected, path: string): boolean {
  return path !== DEFAULT_OUTPUT && run.outputs.some((output) => normalize(output) === path);
}

function normalize(path: string): string {
  return posix.normalize(path).replace(/\/+$/, '');
}

async function openArchive(name: string, path: string, docker: Docker): Promise<Readable | undefined> {
  try {
    const answer = await docker.engine.call({
      method: 'GET',
      path: `/containers/${encodeURIComponent(name)}/archive`,
      query: { path },
      timeout: 0,
    });
    return answer.body;
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

async function moveInto(temporary: string, folder: string): Promise<void> {
  const names = await readdir(temporary);
  if (names.length === 0) return;
  makeFolder(folder);
  for (const name of names) {
    if (await isThere(join(folder, name))) {
      throw new UserError(`"${join(folder, name)}" is there already`, {
        code: 'outputs',
        hint: 'move it away: outputs are never written over anything',
      });
    }
  }
  for (const name of names) await rename(join(temporary, name), join(folder, name));
}

async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
