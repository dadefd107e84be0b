import type { Result } from '../tools/result.ts';
import type { Planned } from './plan/make-plan.ts';

/** The result of a call that makes and runs nothing. */
export function untouched({ plan, findings }: Planned): Result {
  return { plan, images: new Map(), runs: [], findings };
}
