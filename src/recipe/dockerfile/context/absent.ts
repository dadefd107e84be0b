import { posix } from 'node:path';
import type { Finding } from '../../../errors.ts';
import { Findings } from '../../../findings.ts';
import type { Tree } from '../../../jobspec/file/tree.ts';
import type { Job } from '../../../jobspec/job/job.ts';
import { nearest } from '../../../jobspec/values/suggest.ts';
import { contextIgnoreFile, runPatterns } from '../../ignore/code.ts';
import { createMatcher } from '../../ignore/ignore.ts';
import type { FileSet, NamedSource, OwnRecipe, Recipe } from '../../recipe.ts';
import { namedFiles } from './selection.ts';
import type { ContextFile } from './tree.ts';

interface Entry extends ContextFile {
  /** Of a link, where it leads. */
  readonly content: string;
}

interface Context {
  readonly job: Job;
  readonly own: OwnRecipe;
  readonly set: Extract<FileSet, { kind: 'walked' }>;
  readonly entries: readonly Entry[];
  readonly tree: Tree;
}

/** What an own Dockerfile reads of its context and will not find there, each with the reason that is known. */
export function absentFiles(
  { job, environment }: Recipe,
  files: ReadonlyMap<FileSet, readonly Entry[]>,
  tree: Tree,
): readonly Finding[] {
  const own = environment?.own;
  const entries = own && files.get(own.context);
  if (own?.context.kind !== 'walked' || entries === undefined) return [];
  const context = { job, own, set: own.context, entries, tree };
  const findings = new Findings();
  for (const source of own.named) if (!isThere(source, context)) report(source, context, findings);
  return findings.all;
}

/** In which BuildKit looks for what fits a pattern; it fails without that folder. */
function listedFolder({ path }: NamedSource): string {
  const names = path.split('/');
  return names
    .slice(
      0,
      names.findIndex((name) => /[*?[]/.test(name)),
    )
    .join('/');
}

function isThere({ path }: Pick<NamedSource, 'path'>, { entries }: Context): boolean {
  if (path === '' || entries.some((entry) => entry.path === path || entry.path.startsWith(`${path}/`)))
    return true;
  return namedFiles(entries, [{ path }], ({ content }) => content).length > 0;
}

function report(source: NamedSource, context: Context, findings: Findings): void {
  const { text, keyword, origin, isPattern } = source;
  const folder = listedFolder(source);
  if (isPattern && isThere({ path: folder }, context)) {
    // BuildKit copies nothing then. Beside other sources it is how people write what may be missing.
    if (isAlone(source, context.own))
      findings.warning('context-pattern', `"${text}" of ${keyword} fits no file of the context`, {
        hint: 'nothing is copied: check the pattern, and what .dockerignore or .gitignore leave out',
        at: origin,
      });
    return;
  }
  const { why, hint } = reasonOf(isPattern ? { ...source, path: folder } : source, context);
  findings.error('context-file', `"${text}", which ${keyword} reads, is not in the context: ${why}`, {
    hint,
    at: origin,
  });
}

function isAlone({ origin }: NamedSource, { named }: OwnRecipe): boolean {
  return named.filter((other) => other.origin.line === origin.line).length === 1;
}

interface Why {
  readonly why: string;
  readonly hint: string;
}

function reasonOf(source: NamedSource, context: Context): Why {
  const { job, own, set, tree } = context;
  const { path, isOutside } = source;
  if (isOutside) return outside(context);
  const full = posix.join(set.folder, path);
  if (!tree.has(full)) return notThere(source, context);
  if (createMatcher(runPatterns(job, set.folder)).ignores(path)) {
    return {
      why: 'it belongs to the run, an output or the spec, and would make another image of each',
      hint: 'give the image a file of its own, outside of `outputs`',
    };
  }
  const file = contextIgnoreFile(job, own.path, set.folder, tree);
  if (createMatcher(set.ignore).ignores(path)) {
    return file === undefined
      ? {
          why: 'it is one of the files that never enter',
          hint: `write a .dockerignore with the line "!${path}"`,
        }
      : {
          why: `it is left out by ${file}`,
          hint: `add the line "!${path}" at its end, or take out the one that fits`,
        };
  }
  if (isEmptyFolder(full, tree))
    return { why: 'it is an empty folder', hint: 'make it in the Dockerfile, or put a file into it' };
  if (set.git) {
    const name = posix.join(set.folder, '.dockerignore');
    const hint = `write a ${name}, which may be empty: then that file says what enters, and .gitignore does not`;
    return { why: 'Git ignores it', hint };
  }
  return { why: `no file of it enters, as ${file} says`, hint: `add the line "!${path}/**" at its end` };
}

function isEmptyFolder(path: string, tree: Tree): boolean {
  if (tree.list(path).length > 0) return false;
  // A text, or an error for one that is none, has a file alone.
  const findings = new Findings();
  return findings.attempt(undefined, () => tree.text(path)) === undefined && !findings.hasErrors;
}

function outside({ set }: Context): Why {
  return set.folder === ''
    ? { why: 'it is outside of the repository', hint: 'put the file into the repository' }
    : {
        why: `it is outside of "${set.folder}", which the spec has as "context"`,
        hint: 'write context: . in the spec, and paths from the root of the repository in the Dockerfile',
      };
}

function notThere({ path }: NamedSource, { entries, set, tree, own }: Context): Why {
  const known = [...entries.map((entry) => entry.path), ...siblings(path, set.folder, tree)];
  const near = nearest(path, known);
  const beside = posix.join(posix.dirname(own.path), path);
  if (near !== undefined) return { why: 'it does not exist', hint: `did you mean "${near}"?` };
  if (tree.has(beside)) {
    const context = posix.dirname(own.path);
    return {
      why: 'paths are relative to the context, which is the root of the repository unless the spec says another',
      hint: `write "${beside}" in the Dockerfile, or context: ${context} in the spec`,
    };
  }
  return {
    why: 'it does not exist',
    hint: 'check the path, which is relative to the context, and that the file is committed or written before this step',
  };
}

/** The files that a narrowed context has do not show the one that was meant. */
function siblings(path: string, folder: string, tree: Tree): readonly string[] {
  const parent = posix.dirname(path);
  return tree.list(posix.join(folder, parent)).map((name) => posix.join(parent, name));
}
