import type { EngineApi } from '../../../io/engine/api.ts';
import { EngineError } from '../../../io/engine/error.ts';
import { findContainer, hasCache, removeCache, removeContainer } from './container.ts';

export type Removal =
  | 'removed'
  /** There was nothing to remove. */
  | 'absent'
  /** A build is under way. */
  | 'busy'
  /** Somebody else made it. */
  | 'foreign';

/** Removes the builder that was made here, with its cache, unless something is being built with it. */
export async function removeOwnBuilder(engine: EngineApi): Promise<Removal> {
  const there = await findContainer(engine);
  if (there !== undefined && there.made === undefined) return 'foreign';
  if (there?.busy) return 'busy';
  if (there === undefined && !(await hasCache(engine))) return 'absent';
  if (there !== undefined) await removeContainer(there.id, engine);
  try {
    await removeCache(engine);
  } catch (error) {
    // Another process made a container for it in between.
    if (error instanceof EngineError && error.status === 409) return 'busy';
    throw error;
  }
  return 'removed';
}
