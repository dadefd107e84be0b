import type { Readable } from 'node:stream';
import { messageOf } from '../../../errors.ts';
import { networkError } from '../../../io/http/network-error.ts';
import { CallError } from '../../../io/http/retry.ts';
import { isStatus } from '../api/errors.ts';
import { type Cluster, podPath } from '../job/cluster.ts';
import { MAIN } from '../job/names.ts';
import { type LogCursor, sinceTime } from './log-cursor.ts';

/** A log that says nothing for so long is asked for anew: a dead connection looks the same. */
const QUIET = 60_000;

export interface LogCall {
  readonly namespace: string;
  readonly pod: string;
  /** Whether it is waited for what comes; else what is there is all. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** How reading ended: `over` when the server ended it, `broken` when the connection did, or nobody had the log. */
export type LogEnd = { readonly kind: 'over' } | { readonly kind: 'broken'; readonly why: string };

/** Reads on from where the cursor is. */
export async function* readLog(
  { namespace, pod, follow, signal }: LogCall,
  cursor: LogCursor,
  { api }: Cluster,
): AsyncGenerator<Buffer, LogEnd> {
  const silence = new AbortController();
  const either = AbortSignal.any([signal, silence.signal]);
  const watch = (): NodeJS.Timeout => setTimeout(() => silence.abort(), QUIET);
  let timer = watch();
  try {
    const body: Readable = await api.stream({
      method: 'GET',
      path: `${podPath(namespace, pod)}/log`,
      query: { container: MAIN, follow, timestamps: true, sinceTime: sinceTime(cursor.position) },
      signal: either,
    });
    for await (const piece of body as AsyncIterable<Buffer>) {
      // A reader that takes its time is no silence.
      clearTimeout(timer);
      yield* cursor.push(piece);
      timer = watch();
    }
    return { kind: 'over' };
  } catch (error) {
    if (either.aborted || isPassing(error)) return { kind: 'broken', why: messageOf(error) };
    throw error;
  } finally {
    clearTimeout(timer);
    silence.abort();
  }
}

/** The node may be away, or the pod just going; 400 is the answer for a container that is not yet there. */
function isPassing(error: unknown): boolean {
  if (isStatus(error, 400, 404)) return true;
  const known = networkError(error, 'log');
  return known instanceof CallError && known.repeat !== undefined;
}
