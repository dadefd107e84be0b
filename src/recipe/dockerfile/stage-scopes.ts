import { chainOf, type Stage } from '../dockerfile-stages.ts';
import { type Instruction, readDockerfile } from '../read-dockerfile.ts';
import { type Arguments, type Scope, scopeAfter } from './scope.ts';

/** An instruction, and the variables before it. */
export interface Scoped {
  readonly instruction: Instruction;
  readonly scope: Scope;
}

export interface StageScopes extends Arguments {
  readonly stages: readonly Stage[];
  /** The variables that a stage has of the image that it begins with. */
  readonly ofImage: (stage: Stage) => Scope;
}

/**
 * What is carried out for a stage, from its image on: of each stage that it was made from first what its parent has
 * for it in ONBUILD, then its own.
 */
export function scopedInstructions(stage: Stage, asking: StageScopes): readonly Scoped[] {
  const chain = chainOf(stage, asking.stages).toReversed();
  let scope = asking.ofImage(chain[0] ?? stage);
  const scoped: Scoped[] = [];
  for (const [index, one] of chain.entries()) {
    for (const instruction of [...triggersOf(chain[index - 1]), ...one.instructions]) {
      scoped.push({ instruction, scope });
      scope = scopeAfter(scope, instruction, asking);
    }
  }
  return scoped;
}

function triggersOf(parent: Stage | undefined): readonly Instruction[] {
  const triggers = parent?.instructions.filter(({ keyword }) => keyword === 'ONBUILD') ?? [];
  return triggers.flatMap(triggered);
}

/** The instruction that ONBUILD holds, with the line that it is written in. */
function triggered({ rest, line, heredocs }: Instruction): readonly Instruction[] {
  const contents = heredocs.map(({ name, content }) => `${content}${name}\n`);
  const text = `${rest}\n${contents.join('')}`;
  return readDockerfile(text, 'ONBUILD').map((instruction) => ({ ...instruction, line }));
}
