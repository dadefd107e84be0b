export type Reason =
  | 'succeeded'
  | 'failed'
  | 'oom-host'
  | 'oom-gpu'
  | 'timeout'
  | 'queue-timeout'
  | 'cancelled'
  | 'interrupted'
  | 'no-capacity'
  | 'node-error'
  | 'image-pull'
  | 'preflight'
  | 'lost-contact'
  /** It goes on, and nobody waits for it. */
  | 'detached'
  | 'internal';

export interface Verdict {
  readonly reason: Reason;
  readonly exitCode?: number | undefined;
  /** One sentence, of ours or of the engine, for a person. */
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}
