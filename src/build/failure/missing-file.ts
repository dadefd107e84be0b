import { UserError } from '../../errors.ts';
import type { BuildPlan } from '../../plan/plan.ts';
import { flagsOf, mountsOf } from '../../recipe/dockerfile/flags.ts';
import { type Instruction, readDockerfile } from '../../recipe/dockerfile/read.ts';
import { findStage, splitStages } from '../../recipe/dockerfile/stages.ts';

/** Where a file was looked for that the instruction in this line reads from elsewhere; undefined: in the context. */
export function missingFrom(
  { dockerfile }: Pick<BuildPlan, 'dockerfile'>,
  line: number | undefined,
): string | undefined {
  const stages = stagesOf(dockerfile);
  const stage = stages.find(({ instructions }) => instructions.some((one) => one.line === line));
  const instruction = stage?.instructions.find((one) => one.line === line);
  const name = instruction && sourceOf(instruction);
  if (stage === undefined || name === undefined) return undefined;
  const isStage = findStage(stages.slice(0, stage.index), name) !== undefined;
  return isStage
    ? `the stage "${name}" has no such file: check where its instructions put it, and write the path from the root of that stage`
    : `the image "${name}" has no such file: check the path, which begins at the root of that image`;
}

/** What BuildKit refuses has none. */
function stagesOf(dockerfile: string): ReturnType<typeof splitStages>['stages'] {
  try {
    return splitStages(readDockerfile(dockerfile, 'Dockerfile'), 'Dockerfile').stages;
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

function sourceOf(instruction: Instruction): string | undefined {
  const mounted = mountsOf(instruction).flatMap((mount) => mount?.from || []);
  return [...(flagsOf(instruction).get('from') ?? []), ...mounted].find((name) => name !== '');
}
