import type { Findings } from '../../findings.ts';
import type { Notes } from '../notes.ts';
import type { PythonRequirement } from '../packages/python.ts';
import type { Dependencies, DependencyContext, DependencyKind } from './kind/kind.ts';
import { noteUnread, otherSpelling } from './near-files.ts';
import { DEPENDENCY_KINDS, kindOf } from './table.ts';

export interface ChosenFile extends Dependencies {
  readonly path: string;
}

export interface ChosenDependencies {
  /** Files that are installed from; empty also when one was found that says it needs nothing. */
  readonly files: readonly ChosenFile[];
  readonly needs: readonly PythonRequirement[];
  /** Whether there is any dependency file. */
  readonly found: boolean;
}

interface FoundFile {
  readonly kind: DependencyKind;
  readonly path: string;
}

export function chooseDependencies(
  asked: 'auto' | 'none' | readonly string[],
  context: DependencyContext,
  notes: Notes,
  kinds = DEPENDENCY_KINDS,
): ChosenDependencies {
  const found = asked === 'auto' ? detect(context, notes, kinds) : named(asked, context, notes);
  const files = found.flatMap(({ kind, path }) => {
    const dependencies = kind.read(path, context, notes.findings);
    return dependencies === undefined ? [] : [{ path, ...dependencies }];
  });
  return {
    files,
    needs: files.flatMap(({ python }) => (python === undefined ? [] : [python])),
    found: found.length > 0,
  };
}

function named(
  asked: 'none' | readonly string[],
  context: DependencyContext,
  notes: Notes,
): readonly FoundFile[] {
  const origin = context.job.origins.get('image.requirements');
  const paths = asked === 'none' ? [] : asked;
  const choice = asked === 'none' ? 'none' : paths.join(', ');
  notes.reasons.push({ subject: 'dependencies', choice, why: 'the spec', origin });
  const there = paths.filter((path) => context.tree.has(path));
  for (const path of paths) if (!there.includes(path)) notFound(path, context, notes.findings);
  return there.map((path) => ({ kind: kindOf(path), path }));
}

function notFound(path: string, { job, tree }: DependencyContext, findings: Findings): void {
  const spelling = otherSpelling(tree, path);
  findings.error('file-not-found', `the dependency file "${path}" does not exist`, {
    hint:
      spelling === undefined
        ? 'check the path, which is relative to the root of the repository, and that the file is committed'
        : `the repository has "${spelling}", which is another name on Linux: write that`,
    at: job.origins.get('image.requirements'),
  });
}

function detect(
  context: DependencyContext,
  notes: Notes,
  kinds: readonly DependencyKind[],
): readonly FoundFile[] {
  const all = kinds.flatMap((kind) => {
    const path = kind.find(context, notes.findings);
    return path === undefined ? [] : [{ kind, path }];
  });
  const [first, ...others] = all;
  if (first === undefined) {
    notes.reasons.push({
      subject: 'dependencies',
      choice: 'none',
      why: 'no dependency file in the root of the repository',
    });
    noteUnread(
      context.tree,
      DEPENDENCY_KINDS.map(({ name }) => name),
      notes.findings,
    );
    return [];
  }
  const locks = all.filter(({ kind }) => kind.lock);
  if (first.kind.lock && locks.length > 1) return refuseTwo(locks, notes.findings);
  notes.reasons.push({ subject: 'dependencies', choice: first.path, why: whyFirst(others) });
  return [first];
}

function whyFirst(others: readonly FoundFile[]): string {
  const passed = others.map(({ path }) => path);
  if (passed.length === 0) return 'found in the repository';
  return `found first; not read: ${passed.join(', ')}`;
}

function refuseTwo(locks: readonly FoundFile[], findings: Findings): readonly FoundFile[] {
  const paths = locks.map(({ path }) => path);
  findings.error('two-locks', `there are several locks: ${paths.map((path) => `"${path}"`).join(', ')}`, {
    hint: `choose one: image: { requirements: ${paths[0]} }`,
    at: { file: paths[0] ?? '' },
  });
  return [];
}
