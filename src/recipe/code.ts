import { posix } from 'node:path';
import type { Job, Template } from '../spec/job.ts';
import { gitPatterns } from './git-patterns.ts';
import { codePatterns, readIgnoreFile } from './ignore.ts';
import { attempt, type Notes } from './notes.ts';
import type { FileSet, Tree } from './recipe.ts';

const IGNORE_FILE = '.dockerignore';

/** The repository's files as they come into the container. */
export function codeFiles(job: Job, tree: Tree, notes: Notes): FileSet {
  const { folder = '' } = job.code;
  const own =
    foreignPatterns(job, folder, tree, notes) ?? ignorePatterns(posix.join(folder, IGNORE_FILE), tree, notes);
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
  notes: Notes,
): Extract<FileSet, { kind: 'walked' }> {
  const folder = context === '.' ? '' : context;
  const own =
    foreignPatterns(job, folder, tree, notes) ??
    ignorePatterns(`${dockerfile}.dockerignore`, tree, notes) ??
    ignorePatterns(posix.join(folder, IGNORE_FILE), tree, notes);
  const ours = codePatterns(below(folder, runPaths(job)));
  return { kind: 'walked', folder, ignore: [...ours, ...(own ?? [])], git: own === undefined, include: [] };
}

/** undefined when there is no such file. */
function ignorePatterns(file: string, tree: Tree, notes: Notes): readonly string[] | undefined {
  const text = attempt(notes, { file }, () => tree.text(file));
  if (text === undefined) return undefined;
  const { patterns, findings } = readIgnoreFile(text, file);
  notes.findings.push(...findings);
  return patterns;
}

/** The ignore file of the spec's own system; it stands at the root, whatever folder is taken. */
function foreignPatterns(job: Job, folder: string, tree: Tree, notes: Notes): readonly string[] | undefined {
  const { ignore: file } = job.code;
  const text = file === undefined ? undefined : attempt(notes, { file }, () => tree.text(file));
  if (file === undefined || text === undefined) return undefined;
  const { patterns, findings } = readIgnoreFile(gitPatterns(text, folder).join('\n'), file);
  notes.findings.push(...findings);
  return patterns;
}

type RunPaths = Parameters<typeof codePatterns>[0];

/** What a run writes comes back into the repository's folder, and would make another image of the next one. */
function runPaths(job: Job): RunPaths {
  const { metrics } = job;
  return {
    spec: job.spec,
    overlays: job.overlays,
    outputs: job.outputs.paths.map(fixedPart).filter((path) => path !== undefined),
    metrics: metrics !== undefined && 'path' in metrics ? metrics.path : undefined,
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
  return { spec: strip(paths.spec) ?? IGNORE_FILE, overlays, outputs, metrics };
}
