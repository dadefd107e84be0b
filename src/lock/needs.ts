import type { Tree } from '../jobspec/file/tree.ts';
import type { LockMode } from '../jobspec/job/job.ts';
import { idOf } from '../oci/canonical.ts';
import { printPlatform } from '../oci/platform.ts';
import { printReference } from '../oci/reference.ts';
import type { Digest } from '../oci/types.ts';
import { logicalLines } from '../recipe/dependencies/kind/requirements-file.ts';
import { readDockerfile } from '../recipe/dockerfile/read.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { requirementsText } from '../recipe/requirements-text.ts';
import type { Open, Step } from '../recipe/step.ts';
import { byText } from './order.ts';

/** A step that a lock can pin. */
export interface PinnableStep {
  readonly step: Step;
  readonly open: Open;
  readonly base: string;
  readonly platform: string;
  readonly inputs: Digest;
}

export function modeOf({ job: { image } }: Recipe): LockMode {
  return image.kind === 'built' ? image.lock : 'use';
}

/** In the order of the steps. What a user's own Dockerfile installs by itself is its own business: steps stand on top of it. */
export function needsOf(recipe: Recipe, tree: Tree): readonly PinnableStep[] {
  const { environment } = recipe;
  if (environment === undefined) return [];
  const { name: base, ...dockerfile } = stepsBaseOf(environment);
  const platform = printPlatform(recipe.platform);
  const asked = environment.access?.index;
  const from = asked && { url: asked.url, extra: asked.extra };
  const needs: PinnableStep[] = [];
  for (const step of environment.steps) {
    const { open } = step;
    if (open === undefined) continue;
    const before = open.kind === 'pip' ? needs.findLast((need) => need.open.kind !== 'apt') : undefined;
    const index = open.kind === 'pip' ? from : undefined;
    const inputs = idOf({
      base,
      ...dockerfile,
      platform,
      after: before?.inputs,
      index,
      ...wordsOf(open, tree),
    });
    needs.push({ step, open, base, platform, inputs });
  }
  return needs;
}

interface StepsBase {
  /** The base, or the own Dockerfile. */
  readonly name: string;
  /** What of a user's own Dockerfile decides what is there already; comments do not. */
  readonly dockerfile?: unknown;
}

/** What the steps stand on. */
function stepsBaseOf({ base, own }: NonNullable<Recipe['environment']>): StepsBase {
  if (own === undefined) {
    if (base === undefined) throw new Error('an environment has a base or a Dockerfile');
    return { name: printReference(base.reference) };
  }
  const lines = readDockerfile(own.text, own.path).map(({ keyword, flags, rest, heredocs }) => [
    keyword,
    flags.map(({ text }) => text),
    rest,
    heredocs.map(({ content }) => content),
  ]);
  const { target, args } = own;
  return { name: own.path, dockerfile: { lines, target, args } };
}

/** What chooses the versions; comments, blank lines and the order in a file do not. */
function wordsOf(open: Open, tree: Tree): object {
  if (open.kind === 'apt') return { kind: open.kind, packages: sorted(open.packages) };
  if (open.kind === 'conda') return open;
  const { kind, requirements, files, archives, python, isolated, wheels, read: paths } = open;
  const texts = [...files].sort(byText).map((file) => [file, sorted(linesOf(file, tree))]);
  // A program is text in an order.
  const read = paths?.map((path) => [path, tree.text(path)]);
  return { kind, requirements: sorted(requirements), files: texts, archives, read, python, isolated, wheels };
}

export function linesOf(file: string, tree: Tree): readonly string[] {
  return logicalLines(requirementsText(tree, file) ?? '').map(({ text }) => text);
}

function sorted(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort(byText);
}
