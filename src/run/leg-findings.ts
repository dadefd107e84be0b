import type { Finding } from '../errors.ts';
import type { RunPlan } from './run.ts';

/** What is to be said of one run. */
export interface RunFinding {
  readonly run: RunPlan;
  readonly finding: Finding;
}

/** The findings of the runs of one job: what is the same for several legs of its matrix is said once. */
export function findingsOfRuns(told: readonly RunFinding[]): readonly Finding[] {
  const groups = new Map<string, RunFinding[]>();
  for (const one of told) {
    const key = JSON.stringify(one.finding);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [ofLegs(first, others.length)],
  );
}

function ofLegs({ run, finding }: RunFinding, others: number): Finding {
  if (run.leg === undefined) return finding;
  const more = others === 0 ? '' : ` and ${others} more legs`;
  return { ...finding, message: `${finding.message} (${run.leg.label}${more})` };
}
