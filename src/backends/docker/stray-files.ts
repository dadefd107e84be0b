import posix from 'node:path/posix';
import type { Finding } from '../../errors.ts';
import { EngineError } from '../../io/engine.ts';
import type { RunPlan } from '../../run/run.ts';
import {
  byLikelihood,
  isCandidate,
  type Places,
  type StrayFile,
  strayFinding,
} from '../../run/undeclared.ts';
import type { Collected } from '../../tools.ts';
import type { Container } from './answers.ts';
import { type Docker, isStatus } from './docker.ts';

/** Bytes of the list of changes that are read: some million paths. */
const MOST_READ = 64 * 1024 ** 2;
/** Files that the engine is asked about. */
const MOST_ASKED = 24;
interface Stopped {
  readonly container: Container;
  readonly run: RunPlan;
  readonly from: string;
  readonly outputs: readonly string[];
}

/** Milliseconds: comparing a container with a large image takes the engine a while, and it is only for a notice. */
const PATIENCE = 3_000;

/** Beside other work, and not much longer than that: a notice of files that nobody declared. */
export async function withStrayFiles(
  stopped: Stopped,
  docker: Docker,
  work: () => Promise<Collected>,
): Promise<Collected> {
  const end = new AbortController();
  const [collected, stray] = await Promise.all([
    work().finally(() => setTimeout(() => end.abort(), PATIENCE).unref()),
    strayFiles(stopped, docker, end.signal),
  ]);
  return stray === undefined ? collected : { ...collected, findings: [...collected.findings, stray] };
}

/** A notice of the largest files that go with the container; undefined: none, or not to be known. */
async function strayFiles(
  stopped: Stopped,
  docker: Docker,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  const places = placesOf(stopped);
  try {
    const paths = await changedPaths(stopped.container.Id, places, signal, docker);
    const started = Date.parse(stopped.container.State.StartedAt);
    const files: StrayFile[] = [];
    for (const path of paths) {
      const file = await stat(stopped.container.Id, path, signal, docker);
      if (file !== undefined && file.mtime >= started) files.push({ path, size: file.size });
    }
    return strayFinding(files, places);
  } catch (error) {
    if (signal.aborted || error instanceof EngineError) return undefined;
    throw error;
  }
}

/** Files of the code and of the inputs stand in the list of changes, too. */
function placesOf({ run, from, outputs }: Stopped): Places {
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
