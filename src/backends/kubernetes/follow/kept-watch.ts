import { messageOf } from '../../../errors.ts';
import { CallError } from '../../../io/http/retry.ts';
import type { NamedObject } from '../api/watch.ts';
import type { Observer, Watched } from '../api/watches.ts';
import type { Cluster } from '../job/cluster.ts';

/** Milliseconds before a watch that ended with an error is begun anew. */
const PAUSE = 1_000;
const LONGEST_PAUSE = 15_000;

/**
 * Observes also after a watch has ended with an error, which is told as a loss of contact: a run goes on, whatever
 * becomes of those who look at it. Who never got an answer is told of the error. Ends when what comes back is called.
 */
export function keepObserving<T extends NamedObject>(
  watched: Watched<T>,
  observer: Observer<T>,
  { clock, watches }: Pick<Cluster, 'clock' | 'watches'>,
): () => void {
  const closing = new AbortController();
  const known = new Map<string, T>();
  /** Known from an earlier watch, and not seen by this one. */
  const missing = new Set<string>();
  let hasAnswered = false;
  let pause = PAUSE;
  let begun = clock.now();
  let close: () => void = () => undefined;

  /** A list is told at once after the first contact: what a new watch does not know by then went away in between. */
  function missRest(): void {
    if (closing.signal.aborted) return;
    for (const name of missing) told.gone(name, known.get(name));
    missing.clear();
  }

  const told: Observer<T> = {
    name: observer.name,
    seen(object) {
      known.set(object.metadata.name, object);
      missing.delete(object.metadata.name);
      observer.seen(object);
    },
    gone(name, last) {
      known.delete(name);
      missing.delete(name);
      observer.gone(name, last);
    },
    contact(error) {
      if (error === undefined) {
        hasAnswered = true;
        queueMicrotask(missRest);
      }
      observer.contact(error);
    },
    failed(error) {
      if (!hasAnswered) return observer.failed(error);
      observer.contact(asCallError(error));
      if (clock.now() - begun > LONGEST_PAUSE) pause = PAUSE;
      void clock.sleep(pause, closing.signal).then(begin, () => undefined);
      pause = Math.min(2 * pause, LONGEST_PAUSE);
    },
  };

  function begin(): void {
    if (closing.signal.aborted) return;
    for (const name of known.keys()) missing.add(name);
    begun = clock.now();
    close = watches.observe(watched, told);
  }

  begin();
  return () => {
    closing.abort();
    close();
  };
}

function asCallError(error: unknown): CallError {
  return error instanceof CallError ? error : new CallError(messageOf(error), { code: 'kubernetes' });
}
