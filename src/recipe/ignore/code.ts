import { posix } from 'node:path';
import type { Findings } from '../../findings.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { Job } from '../../jobspec/job/job.ts';
import type { Template } from '../../jobspec/job/placeholder.ts';
import type { FileSet } from '../recipe.ts';
import { readIgnoreFile } from './file.ts';
import { gitPatterns } from './git-patterns.ts';
import { codePatterns, runPathPatterns } from './paths.ts';

const IGNORE_FILE = '.dockerignore';

/** The repository's files as they come into the container. */
export function codeFiles(job: Job, tree: Tree, findings: Findings): FileSet {
  const { folder = '' } = job.code;
  const own =
    foreignPatterns(job, folder, tree, findings) ??
    ignorePatterns(posix.join(folder, IGNORE_FILE), tree, findings);
  return {
    kind: 'walked',
    folder,
    ignore: [...codePatterns(below(folder, runPaths(job))), ...(own ?? [])],
    git: own === undefined,
    include: job.code.include,
  };
}

/** The context of a user's own Dockerfile, as Docker would send it, less what belongs to a run. */
export function contextFiles(
  job: Job,
  dockerfile: string,
  context: string,
  tree: Tree,
  findings: Findings,
): Extract<FileSet, { kind: 'walked' }> {
  const folder = context === '.' ? '' : context;
  const own =
    foreignPatterns(job, folder, tree, findings) ??
    ignorePatterns(`${dockerfile}.dockerignore`, tree, findings) ??
    ignorePatterns(posix.join(folder, IGNORE_FILE), tree, findings);
  const ours = codePatterns(below(folder, runPaths(job)));
  return { kind: 'walked', folder, ignore: [...ours, ...(own ?? [])], git: own === undefined, include: [] };
}

/** The file that says what enters this context; undefined: there is none, and Git's own say it. */
export function contextIgnoreFile(
  job: Job,
  dockerfile: string,
  folder: string,
  tree: Tree,
): string | undefined {
  const candidates = [job.code.ignore, `${dockerfile}.dockerignore`, posix.join(folder, IGNORE_FILE)];
  return candidates.find((file) => file !== undefined && tree.has(file));
}

/** Patterns of what is left out whatever that file says: what a run writes, and the spec. */
export function runPatterns(job: Job, folder: string): readonly string[] {
  return runPathPatterns(below(folder, runPaths(job)));
}

/** undefined when there is no such file. */
function ignorePatterns(file: string, tree: Tree, findings: Findings): readonly string[] | undefined {
  const text = findings.attempt({ file }, () => tree.text(file));
  if (text === undefined) return undefined;
  return readIgnoreFile(text, file, findings);
}

/** The ignore file of the spec's own system; it stands at the root, whatever folder is taken. */
function foreignPatterns(
  job: Job,
  folder: string,
  tree: Tree,
  findings: Findings,
): readonly string[] | undefined {
  const { ignore: file } = job.code;
  const text = file === undefined ? undefined : findings.attempt({ file }, () => tree.text(file));
  if (file === undefined || text === undefined) return undefined;
  return readIgnoreFile(gitPatterns(text, folder).join('\n'), file, findings);
}

type RunPaths = Parameters<typeof codePatterns>[0];

/** What a run writes comes back into the repository's folder, and would make another image of the next one. */
function runPaths(job: Job): RunPaths {
  const { checkpoint, metrics } = job;
  return {
    spec: job.spec,
    overlays: job.overlays,
    outputs: job.outputs.paths.map(fixedPart).filter((path) => path !== undefined),
    metrics: metrics !== undefined && 'path' in metrics ? metrics.path : undefined,
    checkpoint,
  };
}

/** The folders of a path that no placeholder decides. */
function fixedPart(path: Template): string | undefined {
  const [first] = path;
  if (typeof first !== 'string') return undefined;
  const fixed = path.length === 1 ? first : first.slice(0, first.lastIndexOf('/') + 1);
  const trimmed = fixed.replace(/\/+$/, '');
  return trimmed === '' || trimmed === '.' ? undefined : trimmed;
}

/** The paths that are below the folder, relative to it. */
function below(folder: string, paths: RunPaths): RunPaths {
  if (folder === '') return paths;
  const strip = (path: string): string | undefined =>
    path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
  const outputs = paths.outputs.map(strip).filter((path) => path !== undefined);
  const metrics = paths.metrics === undefined ? undefined : strip(paths.metrics);
  const overlays = paths.overlays?.flatMap((path) => strip(path) ?? []);
  const checkpoint = paths.checkpoint === undefined ? undefined : strip(paths.checkpoint);
  return { spec: strip(paths.spec) ?? IGNORE_FILE, overlays, outputs, metrics, checkpoint };
}
