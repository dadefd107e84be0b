import { type Finding, type Location, UserError } from '../errors.ts';
import type { Reason } from './recipe.ts';

/** What is said while a recipe is chosen: every choice with its reason, every problem at once. */
export interface Notes {
  readonly reasons: Reason[];
  readonly findings: Finding[];
}

export function emptyNotes(): Notes {
  return { reasons: [], findings: [] };
}

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly location?: Location | undefined;
}

export function problem(notes: Notes, finding: Problem): void {
  notes.findings.push({ level: 'error', ...finding });
}

export function warning(notes: Notes, finding: Problem): void {
  notes.findings.push({ level: 'warning', ...finding });
}

/** The value, or undefined when the user has something to mend: it is noted, and the other checks go on. */
export function attempt<T>(notes: Notes, location: Location | undefined, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    notes.findings.push(
      ...error.findings.map((finding) => ({ ...finding, location: finding.location ?? location })),
    );
    return undefined;
  }
}
