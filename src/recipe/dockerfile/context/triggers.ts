import type { ContextSource } from '../../recipe.ts';
import { readDockerfile } from '../read.ts';
import { UNKNOWN_SCOPE } from '../scope.ts';
import { contextReads } from './sources.ts';

/**
 * Instructions that an image has for builds which begin with it, and that read files the context does not have.
 * `sources` are those that it has; undefined: every file.
 */
export function unreadTriggers(
  triggers: readonly string[],
  sources: readonly ContextSource[] | undefined,
): readonly string[] {
  if (sources === undefined) return [];
  const has = new Set(sources.map((source) => JSON.stringify(source)));
  return triggers.filter((trigger) => {
    const instructions = readDockerfile(trigger, 'ONBUILD');
    const reads = contextReads(instructions.map((instruction) => ({ instruction, scope: UNKNOWN_SCOPE })));
    return reads.unknown !== undefined || reads.sources.some((source) => !has.has(JSON.stringify(source)));
  });
}
