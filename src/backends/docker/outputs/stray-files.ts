import posix from 'node:path/posix';
import { type Finding, UserError } from '../../../errors.ts';
import { errnoOf } from '../../../io/errno.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import {
  byLikelihood,
  isCandidate,
  type Places,
  type StrayFile,
  strayFinding,
} from '../../../run/undeclared-outputs.ts';
import type { Container } from '../engine/answers.ts';
import { type Docker, isStatus } from '../engine/docker.ts';

/** Bytes of the list of changes that are read: some million paths. */
const MOST_READ = 64 * 1024 ** 2;
/** Files that the engine is asked about. */
const MOST_ASKED = 24;
interface StrayFilesOptions {
  readonly container: Container;
  readonly run: RunPlan;
  readonly from: string;
  readonly outputs: readonly string[];
}

/** Milliseconds: comparing a container with a large image takes the engine a while, and it is only for a notice. */
const PATIENCE = 3_000;

/**
 * A notice of the largest files that go with the container, for nobody declared them. The engine is asked after the copy
 * alone: while it compares a container with its image, it may show an archive of it without its files.
 */
export async function strayFilesOf(stopped: StrayFilesOptions, docker: Docker): Promise<Finding | undefined> {
  const places = placesOf(stopped);
  const signal = AbortSignal.timeout(PATIENCE);
  const files = await unlessRefused([], signal, async () => {
    const paths = await changedPaths(stopped.container.Id, places, signal, docker);
    return await filesOf(paths, stopped, signal, docker);
  });
  return strayFinding(files, places);
}

/** What the engine does not tell, or not in time, costs the notice and nothing else. */
async function unlessRefused<T>(otherwise: T, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // A connection that breaks off in the middle of an answer is no refusal of the engine's, but tells as little.
    if (signal.aborted || error instanceof UserError || errnoOf(error) !== undefined) return otherwise;
    throw error;
  }
}

/** Those that were written since the container was started. */
async function filesOf(
  paths: readonly string[],
  { container }: StrayFilesOptions,
  signal: AbortSignal,
  docker: Docker,
): Promise<readonly StrayFile[]> {
  const started = Date.parse(container.State.StartedAt);
  const files: StrayFile[] = [];
  for (const path of paths) {
    const file = await stat(container.Id, path, signal, docker);
    if (file !== undefined && file.mtime >= started) files.push({ path, size: file.size });
  }
  return files;
}

/** Files of the code and of the inputs stand in the list of changes, too. */
function placesOf({ run, from, outputs }: StrayFilesOptions): Places {
  const { mount, inputs = [] } = run;
  const code = mount?.entries.map(({ path }) => posix.join(mount.folder, path)) ?? [];
  const given = inputs.map(({ folder, file }) => posix.join(folder, file));
  return { from, home: run.home, outputs, given: new Set([...code, ...given]) };
}

/** Kind 2 is a file that was removed; engines differ in what they write first. */
const CHANGE = /\{(?:"Kind":([01]),)?"Path":("(?:[^"\\]|\\.)*")(?:,"Kind":([01]))?\}/g;
const LONGEST = 16_384;

/** The most likely of the paths that were added or changed, from as much of the answer as is read. */
async function changedPaths(
  id: string,
  places: Places,
  signal: AbortSignal,
  docker: Docker,
): Promise<readonly string[]> {
  const call = { method: 'GET', path: `/containers/${id}/changes`, signal, timeout: 0 } as const;
  const { body } = await docker.engine.call(call);
  let found: string[] = [];
  let rest = '';
  let read = 0;
  for await (const chunk of body.setEncoding('utf8') as AsyncIterable<string>) {
    const text = rest + chunk;
    found.push(...candidatesIn(text, places));
    if (found.length > 10 * MOST_ASKED) found = likeliest(found);
    rest = text.slice(Math.max(text.lastIndexOf('{"'), text.length - LONGEST));
    read += chunk.length;
    if (read > MOST_READ) break;
  }
  return likeliest(found);
}

function candidatesIn(text: string, places: Places): readonly string[] {
  return [...text.matchAll(CHANGE)]
    .map(([, , path = '""']) => String(JSON.parse(path)))
    .filter((path) => isCandidate(path, places));
}

function likeliest(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort(byLikelihood).slice(0, MOST_ASKED);
}

/** A regular file; undefined for anything else. */
async function stat(
  id: string,
  path: string,
  signal: AbortSignal,
  docker: Docker,
): Promise<{ readonly size: number; readonly mtime: number } | undefined> {
  try {
    const call = { method: 'HEAD', path: `/containers/${id}/archive`, query: { path }, signal } as const;
    const answer = await docker.engine.call(call);
    answer.body.resume();
    return fileIn(answer.header('x-docker-container-path-stat'));
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    throw error;
  }
}

/** Types as Go's file modes have them: https://pkg.go.dev/io/fs#FileMode */
const NO_FILE = 0x8f280000;

function fileIn(header: string | undefined): { readonly size: number; readonly mtime: number } | undefined {
  if (header === undefined) return undefined;
  const { size, mode, mtime } = JSON.parse(Buffer.from(header, 'base64').toString()) as {
    readonly size: number;
    readonly mode: number;
    readonly mtime: string;
  };
  return (mode & NO_FILE) !== 0 ? undefined : { size, mtime: Date.parse(mtime) };
}
