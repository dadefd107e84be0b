import { printPlatform } from '../../oci/platform.ts';
import type { Platform } from '../../oci/types.ts';
import type { Inherited, InheritedFrom, OwnRecipe } from '../recipe.ts';
import { expandWord, type Value } from './expand.ts';
import { type Instruction, readDockerfile } from './read.ts';
import { EMPTY_SCOPE, globalValues, type Scope, scopeOfImage, UNKNOWN_SCOPE } from './scope.ts';
import type { StageScopes } from './stage-scopes.ts';
import { type Stage, type Stages, withBaseNames } from './stages.ts';
import type { Workdir } from './workdir.ts';

interface ScopeFacts {
  readonly images: OwnRecipe['images'];
  readonly args: ReadonlyMap<string, string>;
  readonly platform: Platform;
}

export interface ImageScopes extends StageScopes {
  /** Of the image that a stage begins with. */
  readonly workdirOfImage: (stage: Stage) => Workdir;
}

/** The stages by the names that they really begin with, and what each has of its image. */
export function stageScopes(
  { globals: written, stages }: Stages,
  { images, args, platform }: ScopeFacts,
  inheritedFrom: InheritedFrom,
): ImageScopes {
  const globals = globalValues(written, predefined(platform), args);
  const nameOf = (word: string) => expandWord(word, (name) => globals.get(name) ?? 'unset');
  const inherited = (stage: Stage): Inherited | 'nothing' | undefined => {
    if (stage.base.text === 'scratch') return 'nothing';
    const image = images.find(({ start, end }) => stage.base.start <= start && end <= stage.base.end);
    return image && inheritedFrom(image.base);
  };
  return {
    globals,
    args,
    stages: withBaseNames(stages, nameOf),
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

/** https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope */
function predefined(platform: Platform): ReadonlyMap<string, Value> {
  const unknown = [
    'BUILDPLATFORM',
    'BUILDOS',
    'BUILDOSVERSION',
    'BUILDARCH',
    'BUILDVARIANT',
    'TARGETOSVERSION',
    'TARGETSTAGE',
  ];
  return new Map<string, Value>([
    ...unknown.map((name) => [name, 'unknown'] as const),
    ['TARGETPLATFORM', { text: printPlatform(platform) }],
    ['TARGETOS', { text: platform.os }],
    ['TARGETARCH', { text: platform.architecture }],
    ['TARGETVARIANT', { text: platform.variant ?? '' }],
  ]);
}
