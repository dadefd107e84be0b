import { type Instruction, readDockerfile } from './read.ts';
import { type Arguments, type Scope, scopeAfter } from './scope.ts';
import { chainOf, type Stage } from './stages.ts';

/** An instruction, and the variables before it. */
export interface Scoped {
  readonly instruction: Instruction;
  readonly scope: Scope;
}

export interface StageScopes extends Arguments {
  readonly stages: readonly Stage[];
  /** The variables that a stage has of the image that it begins with. */
  readonly ofImage: (stage: Stage) => Scope;
  /** What that image has in ONBUILD, as far as its config was read. */
  readonly triggersOfImage: (stage: Stage) => readonly Instruction[];
}

/**
 * What is carried out for a stage, from its image on: of each stage that it was made from first what its parent has
 * for it in ONBUILD, then its own.
 */
export function scopedInstructions(stage: Stage, scopes: StageScopes): readonly Scoped[] {
  const chain = chainOf(stage, scopes.stages).toReversed();
  let scope = scopes.ofImage(chain[0] ?? stage);
  const scoped: Scoped[] = [];
  for (const [index, one] of chain.entries()) {
    const parent = chain[index - 1];
    const triggers = parent === undefined ? scopes.triggersOfImage(one) : triggersOf(parent);
    for (const instruction of [...triggers, ...one.instructions]) {
      scoped.push({ instruction, scope });
      scope = scopeAfter(scope, instruction, scopes);
    }
  }
  return scoped;
}

function triggersOf({ instructions }: Stage): readonly Instruction[] {
  return instructions.filter(({ keyword }) => keyword === 'ONBUILD').flatMap(triggered);
}

/** The instruction that ONBUILD holds, with the line that it is written in. */
function triggered({ rest, line, heredocs }: Instruction): readonly Instruction[] {
  const contents = heredocs.map(({ name, content }) => `${content}${name}\n`);
  const text = `${rest}\n${contents.join('')}`;
  return readDockerfile(text, 'ONBUILD').map((instruction) => ({ ...instruction, line }));
}
