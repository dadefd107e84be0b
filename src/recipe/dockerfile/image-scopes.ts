import type { Inherited, InheritedFrom, OwnRecipe } from '../recipe.ts';
import { expandInFrom } from './globals.ts';
import { type Instruction, readDockerfile } from './read.ts';
import { type Arguments, EMPTY_SCOPE, type Scope, scopeOfImage, UNKNOWN_SCOPE } from './scope.ts';
import type { StageScopes } from './stage-scopes.ts';
import { type Stage, withBaseNames } from './stages.ts';
import type { Workdir } from './workdir.ts';

interface ScopeFacts {
  readonly images: OwnRecipe['images'];
  readonly given: Arguments;
}

export interface ImageScopes extends StageScopes {
  /** Of the image that a stage begins with. */
  readonly workdirOfImage: (stage: Stage) => Workdir;
}

/** The stages by the names that they really begin with, and what each has of its image. */
export function stageScopes(
  stages: readonly Stage[],
  { images, given }: ScopeFacts,
  inheritedFrom: InheritedFrom,
): ImageScopes {
  const inherited = (stage: Stage): Inherited | 'nothing' | undefined => {
    if (stage.base.text === 'scratch') return 'nothing';
    const image = images.find(({ start, end }) => stage.base.start <= start && end <= stage.base.end);
    return image && inheritedFrom(image.base);
  };
  return {
    ...given,
    stages: withBaseNames(stages, (word) => expandInFrom(word, given)),
    ofImage: (stage) => scopeOf(inherited(stage)),
    triggersOfImage: (stage) => triggersOf(inherited(stage), stage),
    workdirOfImage: (stage) => workdirOf(inherited(stage)),
  };
}

function scopeOf(inherited: Inherited | 'nothing' | undefined): Scope {
  if (inherited === undefined) return UNKNOWN_SCOPE;
  return inherited === 'nothing' ? EMPTY_SCOPE : scopeOfImage(inherited.env);
}

/** As if they stood in the line of FROM. */
function triggersOf(inherited: Inherited | 'nothing' | undefined, { from }: Stage): readonly Instruction[] {
  if (inherited === undefined || inherited === 'nothing') return [];
  const { triggers = [] } = inherited;
  return triggers.flatMap((trigger) =>
    readDockerfile(trigger, 'ONBUILD').map((instruction) => ({ ...instruction, line: from.line })),
  );
}

function workdirOf(inherited: Inherited | 'nothing' | undefined): Workdir {
  if (inherited === undefined) return 'base';
  if (inherited === 'nothing') return { path: undefined };
  const { workdir } = inherited;
  return { path: workdir === '' || workdir === '/' ? undefined : workdir };
}
