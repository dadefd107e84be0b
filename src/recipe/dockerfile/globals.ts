import { printPlatform } from '../../oci/platform.ts';
import type { Platform } from '../../oci/types.ts';
import { expandWord, type Value } from './expand.ts';
import type { Instruction } from './read.ts';
import { type Arguments, afterArgument, type Scope } from './scope.ts';

/** ARG instructions before the first FROM with the values of the spec over their own, and what is predefined. */
export function globalArguments(
  instructions: readonly Instruction[],
  { args, platform }: { readonly args: ReadonlyMap<string, string>; readonly platform: Platform },
): Arguments {
  let scope: Scope = { values: predefined(platform), others: 'unset' };
  for (const { words } of instructions) {
    for (const word of words) scope = afterArgument(scope, word, { globals: new Map(), args });
  }
  return { globals: scope.values, args };
}

/** A word of FROM; undefined where a variable of it has no value that is known before the build. */
export function expandInFrom(word: string, { globals }: Arguments): string | undefined {
  return expandWord(word, (name) => globals.get(name) ?? 'unset', 'refused');
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
