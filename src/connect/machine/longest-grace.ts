import type { Variables } from '../../io/process/exec.ts';

/**
 * Seconds. GitHub ends a job 5 minutes after it was cancelled, and the runner 15 s before that: what is left of them is
 * for the outputs, and for the steps that follow.
 */
const CANCEL_GRACE = 240;

/** Seconds that the grace of a cancel may last where we are; undefined: as long as the job says. */
export function longestGrace(env: Variables): number | undefined {
  return env['GITHUB_ACTIONS'] === 'true' ? CANCEL_GRACE : undefined;
}
