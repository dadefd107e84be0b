import type { Handle } from './handle.ts';
import type { Verdict } from './verdict.ts';

export type RunEvent =
  /** It waits, and why. */
  | { readonly type: 'state'; readonly state: 'queued'; readonly detail: string }
  /** Its image is fetched: which one, or how far that is. */
  | { readonly type: 'state'; readonly state: 'pulling'; readonly detail: string }
  | { readonly type: 'state'; readonly state: 'started' }
  /** A finding of the backend, such as a fallback it took. */
  | { readonly type: 'note'; readonly message: string }
  /** `node`: of several, which other than the first; such a log is kept, and not shown. */
  | {
      readonly type: 'log';
      readonly stream: 'stdout' | 'stderr';
      readonly bytes: Uint8Array;
      readonly node?: number | undefined;
    }
  /** What a bar shows in a line that the log does not have yet; the log will have it, too. */
  | { readonly type: 'bar'; readonly stream: 'stdout' | 'stderr'; readonly bytes: Uint8Array }
  /** There is no time to wait for its end: it stops by itself, and this of its handle leads whoever comes to the rest. */
  | { readonly type: 'left'; readonly verdict: Verdict; readonly native: Handle['native'] }
  /** `duration`: seconds from the start of the process to its end, by the clock of the machine it ran on. */
  | { readonly type: 'end'; readonly verdict: Verdict; readonly duration?: number | undefined };
