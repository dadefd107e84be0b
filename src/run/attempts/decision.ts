import type { RetryCause } from '../../jobspec/job/retry.ts';
import type { RunPlan } from '../types/plan.ts';
import type { Reason, Verdict } from '../types/verdict.ts';

export type Decision =
  | { readonly kind: 'end' }
  /** Seconds before the next attempt. */
  | { readonly kind: 'retry'; readonly after: number };

/**
 * What each reason is to `retry`; undefined: never tried again. A run that was lost sight of may still be there, and one
 * whose time was up has had what it was given.
 */
const CAUSES: Readonly<Record<Reason, RetryCause | undefined>> = {
  succeeded: undefined,
  failed: 'error',
  'oom-host': 'error',
  'oom-gpu': 'error',
  timeout: undefined,
  'queue-timeout': 'no-capacity',
  cancelled: undefined,
  interrupted: 'interruption',
  'no-capacity': 'no-capacity',
  'node-error': 'interruption',
  'image-pull': undefined,
  preflight: undefined,
  'lost-contact': undefined,
  internal: undefined,
  detached: undefined,
};

/** Seconds between attempts, unless the spec says more. */
const LONGEST_BACKOFF = 600;

/** Whether a run that ended so is started again. */
export function decideRetry(
  { retry, retries = 0 }: Pick<RunPlan, 'retry' | 'retries'>,
  { reason }: Verdict,
): Decision {
  const cause = CAUSES[reason];
  if (retry === undefined || cause === undefined) return { kind: 'end' };
  if (retries >= retry.max || !retry.on.includes(cause)) return { kind: 'end' };
  const longest = Math.max(retry.backoff, LONGEST_BACKOFF);
  return { kind: 'retry', after: Math.min(retry.backoff * 2 ** retries, longest) };
}
