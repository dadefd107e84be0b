import type { Readable } from 'node:stream';
import { messageOf } from '../../../errors.ts';
import { networkError } from '../../../io/http/network-error.ts';
import { CallError } from '../../../io/http/retry.ts';
import type { RunEvent } from '../../../run/types/event.ts';
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

/**
 * How reading ended: `over` when the server ended it, `broken` when the connection did, or nobody had the log,
 * `refused` when the kubelet wrote into it why it does not give it.
 */
export type LogEnd =
  | { readonly kind: 'over' }
  | { readonly kind: 'broken' | 'refused'; readonly why: string };

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
    return cursor.notice === undefined ? { kind: 'over' } : { kind: 'refused', why: cursor.notice };
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

/** Milliseconds in which a node may find the log of a container that has ended. */
const FOUND = 60_000;

/** A node that does not give a log: told once, and given up some time after the container has ended. */
export class RefusedLog {
  readonly #clock: Cluster['clock'];
  #isTold = false;
  /** Since when the log of the ended container is refused. */
  #since: number | undefined;

  constructor({ clock }: Pick<Cluster, 'clock'>) {
    this.#clock = clock;
  }

  /** What to say of how reading ended. */
  *told(end: LogEnd): Generator<RunEvent> {
    if (end.kind !== 'refused' || this.#isTold) return;
    this.#isTold = true;
    yield { type: 'note', message: `its node cannot give the log, and is asked again: ${end.why}` };
  }

  /** What to say when the log of a container that has ended is not asked for any more. */
  *givenUp(end: LogEnd): Generator<RunEvent> {
    if (end.kind !== 'refused') return;
    const what = `the end of the log may be missing: its node did not give it within ${FOUND / 1_000} s`;
    yield { type: 'note', message: `${what}: ${end.why}` };
  }

  isOver(end: LogEnd): boolean {
    this.#since = end.kind === 'refused' ? (this.#since ?? this.#clock.now()) : undefined;
    return this.#since !== undefined && this.#clock.now() - this.#since >= FOUND;
  }
}
