import type { Finding } from '../../errors.ts';
import { Findings } from '../../findings.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import { applyLock, type LockedRecipes, reportGaps } from '../../lock/apply.ts';
import { modeOf } from '../../lock/needs.ts';
import { findLock } from '../../lock/read.ts';
import type { Recipe } from '../../recipe/recipe.ts';

export interface LockUsed extends Pick<LockedRecipes, 'recipes' | 'bases'> {
  readonly findings: readonly Finding[];
}

/** The recipes as the repository's lock pins them. Throws one UserError with everything that must be in it and is not. */
export function useLock(recipes: readonly Recipe[], tree: Tree): LockUsed {
  const isAsked = recipes.some((recipe) => modeOf(recipe) !== 'off');
  const lock = isAsked ? findLock(tree) : undefined;
  const applied = applyLock(recipes, lock, tree);
  const findings = new Findings();
  reportGaps(applied, lock, findings);
  findings.throwIfErrors();
  return { ...applied, findings: findings.all };
}
