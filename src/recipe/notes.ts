import { Findings } from '../findings.ts';
import type { Reason } from './recipe.ts';

/** What is said while a recipe is chosen: every choice with its reason, and every problem. */
export interface Notes {
  readonly reasons: Reason[];
  readonly findings: Findings;
}

export function emptyNotes(): Notes {
  return { reasons: [], findings: new Findings() };
}
