import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '../../src/jobspec/file/tree.ts';
import type { Job } from '../../src/jobspec/job/job.ts';
import { parseSpec, selectJobs } from '../../src/jobspec/parse.ts';
import { printReference } from '../../src/oci/reference.ts';
import type { Digest } from '../../src/oci/types.ts';
import { basesOf, platformName } from '../../src/plan/bases.ts';
import type { Facts, FileEntry } from '../../src/plan/plan.ts';
import { selectFiles } from '../../src/recipe/dockerfile/context/selection.ts';
import { createMatcher } from '../../src/recipe/ignore/ignore.ts';
import type { BaseUse, FileSet, Recipe } from '../../src/recipe/recipe.ts';

export type Files = Readonly<Record<string, string>>;

/** A repository in memory. */
export function treeOf(files: Files): Tree {
  const below = (folder: string): string =>
    folder === '' || folder === '.' ? '' : `${folder.replace(/\/$/, '')}/`;
  return {
    has: (path) => Object.keys(files).some((file) => file === path || file.startsWith(below(path))),
    text: (path) => files[path],
    list(folder) {
      const inside = Object.keys(files).filter((file) => file.startsWith(below(folder)));
      return [...new Set(inside.map((file) => file.slice(below(folder).length).split('/')[0] ?? ''))].sort();
    },
  };
}

/** The jobs of a spec, as the story reads them. */
export function jobsOf(text: string): readonly Job[] {
  return selectJobs(parseSpec({ path: 'jobimg.yml', text, format: 'jobimg' }), { repositoryName: 'demo' });
}

export function jobOf(text: string): Job {
  const [job] = jobsOf(text);
  if (job === undefined) throw new Error('the spec has no job');
  return job;
}

/** A digest that depends on nothing but the text. */
export function digestOf(text: string): Digest {
  return `sha256:${hex(text)}`;
}

function hex(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Facts as they would be gathered from a repository in memory; every base resolves. */
export function factsOf(recipes: readonly Recipe[], files: Files): Facts {
  return gather(recipes, (set) =>
    select(set, Object.keys(files)).map((path) => fileEntry(path, set, files[path] ?? '')),
  );
}

/** The same from a folder. What Git would leave out is not left out here. */
export function factsOfFolder(recipes: readonly Recipe[], folder: string): Facts {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return gather(recipes, (set) => select(set, paths).map((path) => entryOf(folder, path, set)));
}

function gather(recipes: readonly Recipe[], scan: (set: FileSet) => readonly FileEntry[]): Facts {
  const bases = recipes.flatMap((recipe) => recipe.bases);
  const sets = recipes.flatMap(({ environment, code }) => [
    environment?.files,
    environment?.own?.context,
    code?.files,
  ]);
  return {
    bases: basesOf(bases.map((base) => [base, digestOf(nameOf(base))])),
    files: new Map(sets.filter((set) => set !== undefined).map((set) => [set, scan(set)])),
  };
}

/** What a digest is made of: another one for each platform, but for the usual one. */
function nameOf(use: BaseUse): string {
  const name = printReference(use.reference);
  const platform = platformName(use);
  return platform === 'linux/amd64' ? name : `${name} ${platform}`;
}

function select(set: FileSet, paths: readonly string[]): readonly string[] {
  if (set.kind === 'listed') return set.paths;
  const matcher = createMatcher(set.ignore);
  const prefix = set.folder === '' ? '' : `${set.folder}/`;
  const inside = paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  const files = inside.filter((path) => !matcher.ignores(path)).sort();
  if (set.sources === undefined) return files;
  const read = selectFiles(
    files.map((path) => ({ path, kind: 'file' as const })),
    set.sources,
    () => '',
  );
  return read.map(({ path }) => path);
}

function fileEntry(path: string, _set: FileSet, text: string): FileEntry {
  return { path, kind: 'file', executable: false, content: hex(text), size: text.length };
}

function entryOf(folder: string, path: string, set: FileSet): FileEntry {
  const file = join(folder, set.kind === 'walked' ? set.folder : '', path);
  const stats = lstatSync(file);
  if (stats.isSymbolicLink())
    return { path, kind: 'link', executable: false, content: readlinkSync(file), size: 0 };
  const bytes = readFileSync(file);
  return {
    path,
    kind: 'file',
    executable: (stats.mode & 0o100) !== 0,
    content: hex(bytes),
    size: bytes.length,
  };
}
