import type { CallError } from '../../../io/http/retry.ts';
import { Job, mainOf, Pod } from '../api/answers.ts';
import { watch } from '../api/watch.ts';
import { type Cluster, jobsPath, podsPath, type Target } from '../job/cluster.ts';
import { LABEL } from '../job/names.ts';
import { podsOf } from '../job/remove.ts';
import { hasBegun, type ObservedNode, rankOf } from './nodes.ts';

/** What is known of a run, kept up to date for as long as somebody follows it. */
export interface ObservedRun {
  /** undefined: there is none, or none yet. */
  readonly job: Job | undefined;
  /** Of node 0: as it was last; it may be gone. */
  readonly pod: Pod | undefined;
  readonly isPodGone: boolean;
  /** Those whose pods were seen, by their rank. */
  readonly nodes: readonly ObservedNode[];
  /** How many there are to be. */
  readonly count: number;
  /** Whether everything was asked for once. */
  readonly isComplete: boolean;
  /** Since when nothing answers, by our clock, and why. */
  readonly lost: { readonly since: number; readonly error: CallError } | undefined;
  /** Comes back after the next change, or after so many milliseconds; throws what will not pass. */
  changed(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Asks for the pods now: the Job and they are told by connections of their own, and one may be late. */
  look(): Promise<void>;
  /** Calls at each change, until it is closed. */
  subscribe(listener: () => void): void;
  close(): void;
}

export function openSight(run: string, { namespace, name }: Target, cluster: Cluster): ObservedRun {
  const closing = new AbortController();
  const told = new Changes();
  const seen: { job?: Job | undefined; count?: number | undefined } = {};
  const nodes = new Map<number, ObservedNode>();
  const listed = new Set<string>();
  let lost: ObservedRun['lost'];
  const failures: unknown[] = [];

  function contact(what: string): (error?: CallError) => void {
    return (error) => {
      if (error === undefined) listed.add(what);
      lost = error === undefined ? undefined : (lost ?? { since: cluster.clock.now(), error });
      told.tell();
    };
  }

  function seePod(pod: Pod): void {
    const rank = rankOf(pod);
    const known = nodes.get(rank)?.pod;
    // A second one would be another start of a run that was put back into its queue.
    if (known !== undefined && known.metadata.uid !== pod.metadata.uid && hasBegun(known)) return;
    if (isEarlier(pod, known)) return;
    nodes.set(rank, { rank, pod, isGone: false });
    told.tell();
  }

  function missPod(name: string, last: Pod | undefined): void {
    const known = [...nodes.values()].find(({ pod }) => pod.metadata.name === name);
    if (known === undefined) return;
    nodes.set(known.rank, { ...known, pod: last ?? known.pod, isGone: true });
    told.tell();
  }

  const common = { signal: closing.signal };
  const watches = [
    watch(
      {
        ...common,
        path: jobsPath(namespace),
        query: { fieldSelector: `metadata.name=${name}` },
        item: Job,
        seen(job) {
          seen.job = job;
          seen.count = job.spec.completions;
          told.tell();
        },
        gone() {
          seen.job = undefined;
          told.tell();
        },
        contact: contact('job'),
      },
      cluster.api,
      cluster.clock,
    ),
    watch(
      {
        ...common,
        path: podsPath(namespace),
        query: { labelSelector: `${LABEL.run}=${run}` },
        item: Pod,
        seen: seePod,
        gone: missPod,
        contact: contact('pod'),
      },
      cluster.api,
      cluster.clock,
    ),
  ];
  for (const one of watches) {
    one.catch((error: unknown) => {
      failures.push(error);
      told.tell();
    });
  }

  return {
    get job() {
      return seen.job;
    },
    get pod() {
      return nodes.get(0)?.pod;
    },
    get isPodGone() {
      return nodes.get(0)?.isGone ?? false;
    },
    get nodes() {
      return [...nodes.values()].sort((one, other) => one.rank - other.rank);
    },
    get count() {
      return seen.count ?? 1;
    },
    get isComplete() {
      return listed.size === watches.length;
    },
    get lost() {
      return lost;
    },
    async changed(milliseconds, signal) {
      if (failures.length === 0) await told.next(milliseconds, signal);
      if (failures.length > 0) throw failures[0];
    },
    async look() {
      for (const pod of await podsOf(run, { namespace, name }, cluster)) seePod(pod);
    },
    subscribe: (listener) => void told.listeners.add(listener),
    close: () => closing.abort(),
  };
}

/** What a late connection still tells of a pod that is known to have ended. */
function isEarlier(pod: Pod, known: Pod | undefined): boolean {
  if (known?.metadata.uid !== pod.metadata.uid) return false;
  return mainOf(known)?.state?.terminated !== undefined && mainOf(pod)?.state?.terminated === undefined;
}

/** A change that nobody waited for is told to who waits next. */
class Changes {
  #isTold = false;
  #waiting: (() => void) | undefined;
  readonly listeners = new Set<() => void>();

  tell(): void {
    this.#isTold = true;
    this.#waiting?.();
    for (const listener of this.listeners) listener();
  }

  async next(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    if (!this.#isTold) await this.#wait(milliseconds, signal);
    this.#isTold = false;
  }

  #wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', end);
        this.#waiting = undefined;
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.#waiting = end;
      if (signal?.aborted) end();
      else signal?.addEventListener('abort', end);
    });
  }
}
