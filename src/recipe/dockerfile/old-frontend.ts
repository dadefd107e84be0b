import type { Findings } from '../../findings.ts';
import { printReference } from '../../oci/reference.ts';
import type { BaseUse } from '../recipe.ts';
import type { Step } from '../step.ts';
import { HEREDOCS, isSince } from './frontend.ts';
import type { Instruction } from './read.ts';

/** An old frontend reads the lines of a heredoc as instructions, whose images would not be pinned. */
export function refuseHeredocs(
  frontend: BaseUse,
  instructions: readonly Instruction[],
  findings: Findings,
): void {
  const one = instructions.find(({ heredocs }) => heredocs.length > 0);
  if (one !== undefined) refuse(frontend, `${one.keyword} in line ${one.line} is one`, findings);
}

/** Steps of ours stand in heredocs. */
export function refuseSteps(
  frontend: BaseUse | undefined,
  [step]: readonly Step[],
  findings: Findings,
): void {
  if (frontend === undefined || step === undefined) return;
  refuse(frontend, `the step "${step.title}" of the spec is written as one`, findings);
}

function refuse({ reference, origin }: BaseUse, what: string, findings: Findings): void {
  if (isSince(reference, HEREDOCS) !== false) return;
  const name = printReference(reference, { familiar: true });
  findings.error('frontend', `the frontend "${name}" has no heredocs, and ${what}`, {
    hint: `it takes docker/dockerfile:${HEREDOCS.join('.')} or newer: # syntax=docker/dockerfile:1`,
    at: origin,
  });
}
