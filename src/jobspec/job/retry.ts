/** Why a run is tried again; `error` is one of the job's own, and the others are none of its doing. */
export const RETRY_CAUSES = ['no-capacity', 'interruption', 'error'] as const;
export type RetryCause = (typeof RETRY_CAUSES)[number];

/** When a run that has ended is started again. */
export interface Retry {
  /** Attempts after the first one, at least 1. */
  readonly max: number;
  readonly on: readonly RetryCause[];
  /** Seconds before the second attempt; each further one waits twice as long. */
  readonly backoff: number;
}
