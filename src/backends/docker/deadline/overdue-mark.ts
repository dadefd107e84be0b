import type { EngineApi } from '../../../io/engine/api.ts';
import { EngineError } from '../../../io/engine/error.ts';
import { putMark } from '../engine/mark.ts';

/**
 * A file in a container that its guard stopped at the time limit. Whoever finds the ended container knows from it what
 * ended it: the times that an engine keeps are those of a clock that may have been set in between.
 */
const MARK = '/.jobimg-timeout';

export async function markOverdue(container: string, engine: EngineApi): Promise<void> {
  await putMark(container, MARK, '', engine);
}

/** false also for a container that is just being removed. */
export async function isMarkedOverdue(container: string, engine: EngineApi): Promise<boolean> {
  const path = `/containers/${encodeURIComponent(container)}/archive`;
  try {
    await engine.json({ method: 'HEAD', path, query: { path: MARK } });
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.status !== undefined) return false;
    throw error;
  }
}
