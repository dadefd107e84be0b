import type { RunPlan } from '../types/plan.ts';

/** The folders that inputs stand in, each once. */
export function inputFolders({ inputs = [] }: Pick<RunPlan, 'inputs'>): readonly string[] {
  return [...new Set(inputs.map(({ folder }) => folder))];
}
