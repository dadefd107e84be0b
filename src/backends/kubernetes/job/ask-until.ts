import { networkError } from '../../../io/http/network-error.ts';
import { CallError } from '../../../io/http/retry.ts';
import type { ApiCall } from '../api/client.ts';
import type { Cluster } from './cluster.ts';

/** One try, which nobody waits for longer than it makes sense. */
export interface Try {
  /** Each call of it is made once. */
  readonly cluster: Cluster;
  readonly signal: AbortSignal;
  /** Whether there is no other one after it. */
  readonly isLast: boolean;
}

/** Milliseconds for a try: a connection that swallows everything looks like one that is slow. */
const TRY = 10_000;
const LAST_TRY = 3_000;
const PAUSE = 1_000;

/**
 * Tries until it is done, or until a time by our clock: a server that is away may come back. What comes back is why it
 * could not be done; undefined: it was. What does not pass is thrown.
 */
export async function askUntil(
  until: number,
  cluster: Cluster,
  work: (one: Try) => Promise<void>,
): Promise<CallError | undefined> {
  let isTold = false;
  for (;;) {
    const left = until - cluster.clock.now();
    const isLast = left <= 0;
    const limit = isLast ? LAST_TRY : Math.min(TRY, left);
    const failure = await attempt(limit, isLast, cluster, work);
    if (failure === undefined || isLast) return failure;
    if (!isTold) cluster.progress(`trying again for ${Math.ceil(left / 1_000)} s: ${failure.message}`);
    isTold = true;
    await cluster.clock.sleep(Math.max(0, Math.min(PAUSE, until - cluster.clock.now())));
  }
}

async function attempt(
  milliseconds: number,
  isLast: boolean,
  cluster: Cluster,
  work: (one: Try) => Promise<void>,
): Promise<CallError | undefined> {
  const controller = new AbortController();
  const late = new CallError(`the cluster did not answer within ${Math.ceil(milliseconds / 1_000)} s`, {
    code: 'unreachable',
    repeat: {},
  });
  const timer = setTimeout(() => controller.abort(late), milliseconds);
  const { signal } = controller;
  const api = { ...cluster.api, call: (call: ApiCall) => cluster.api.call({ ...call, once: true, signal }) };
  try {
    await work({ cluster: { ...cluster, api }, signal, isLast });
    return undefined;
  } catch (error) {
    return passing(error);
  } finally {
    clearTimeout(timer);
  }
}

function passing(error: unknown): CallError {
  const known = networkError(error, 'the cluster');
  if (known instanceof CallError && known.repeat !== undefined) return known;
  throw error;
}
