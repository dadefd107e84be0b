import { Findings } from '../findings.ts';
import type { Reason } from './recipe.ts';

/** What a recipe is reported with: the reason of every choice, and what was found wrong. */
export interface Notes {
  readonly reasons: Reason[];
  readonly findings: Findings;
}

export function emptyNotes(): Notes {
  return { reasons: [], findings: new Findings() };
}
