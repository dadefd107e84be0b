import { CallError } from '../../../io/http/retry.ts';
import { Job, mainOf, Pod } from '../api/answers.ts';
import { isStatus } from '../api/errors.ts';
import { type Cluster, jobPath, jobsPath, podsPath, type Target } from '../job/cluster.ts';
import { LABEL, MANAGER } from '../job/names.ts';
import { podsOf } from '../job/remove.ts';
import { Changes } from './changes.ts';
import { keepObserving } from './kept-watch.ts';
import { hasBegun, type ObservedNode, rankOf, withFirstRequest } from './nodes.ts';

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
  /** Asks for the Job where no watch has told of it: one that others began says nothing of what was removed before. */
  lookForJob(): Promise<void>;
  /** Calls at each change, until it is closed. */
  subscribe(listener: () => void): void;
  close(): void;
}

export interface ObserveOptions {
  /** Id of the run. */
  readonly run: string;
  readonly target: Target;
  /** As this process has made it, or found it; undefined: it was not looked for. */
  readonly made?: MadeJob | undefined;
}

export interface MadeJob {
  readonly job: Job;
  /** Whether this process starts others of its kind as well: one watch then tells of all. */
  readonly isOneOfMany: boolean;
}

export function observeRun({ run, target, made }: ObserveOptions, cluster: Cluster): ObservedRun {
  const { namespace, name } = target;
  const told = new Changes();
  const seen = { job: made?.job, count: made?.job.spec.completions, isJobTold: made === undefined };
  const nodes = new Map<number, ObservedNode>();
  const listed = new Set<string>();
  /** By what is watched. */
  const lost = new Map<string, NonNullable<ObservedRun['lost']>>();
  const failures: unknown[] = [];

  function contact(what: string): (error?: CallError) => void {
    return (error) => {
      if (error !== undefined) lost.set(what, { since: lost.get(what)?.since ?? cluster.clock.now(), error });
      else {
        listed.add(what);
        lost.delete(what);
      }
      told.tell();
    };
  }

  function seeJob(job: Job): void {
    if (job.metadata.name !== name) return;
    Object.assign(seen, { job, count: job.spec.completions, isJobTold: true });
    told.tell();
  }

  function missJob(gone: string): void {
    if (gone !== name) return;
    Object.assign(seen, { job: undefined, isJobTold: true });
    told.tell();
  }

  function seePod(pod: Pod): void {
    if (pod.metadata.labels?.[LABEL.run] !== run) return;
    const rank = rankOf(pod);
    const known = nodes.get(rank)?.pod;
    // A second one would be another start of a run that was put back into its queue.
    if (known !== undefined && known.metadata.uid !== pod.metadata.uid && hasBegun(known)) return;
    if (isEarlier(pod, known)) return;
    nodes.set(rank, { rank, pod: withFirstRequest(pod, known), isGone: false });
    told.tell();
  }

  function missPod(name: string, last: Pod | undefined): void {
    const known = [...nodes.values()].find(({ pod }) => pod.metadata.name === name);
    if (known === undefined) return;
    const pod = last === undefined ? known.pod : withFirstRequest(last, known.pod);
    nodes.set(known.rank, { ...known, pod, isGone: true });
    told.tell();
  }

  const failed = (error: unknown): void => {
    failures.push(error);
    told.tell();
  };
  const query = queriesFor({ run, target, made });
  const closers = [
    keepObserving(
      { path: jobsPath(namespace), query: query.job, item: Job },
      { name: made && name, seen: seeJob, gone: missJob, contact: contact('job'), failed },
      cluster,
    ),
    keepObserving(
      { path: podsPath(namespace), query: query.pods, item: Pod },
      { seen: seePod, gone: missPod, contact: contact('pod'), failed },
      cluster,
    ),
  ];

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
      return listed.size === closers.length;
    },
    get lost() {
      return [...lost.values()].sort((one, other) => one.since - other.since)[0];
    },
    async changed(milliseconds, signal) {
      if (failures.length === 0) await told.next(milliseconds, signal);
      if (failures.length > 0) throw failures[0];
    },
    async look() {
      for (const pod of await podsOf(run, { namespace, name }, cluster)) seePod(pod);
    },
    async lookForJob() {
      if (seen.isJobTold || !this.isComplete) return;
      const job = await jobNow(target, cluster);
      if (job === 'unknown' || seen.isJobTold) return;
      if (job === undefined) missJob(name);
      else seeJob(job);
    },
    subscribe: (listener) => void told.listeners.add(listener),
    close() {
      for (const close of closers) close();
    },
  };
}

/** undefined: it is not there. */
async function jobNow(target: Target, { api }: Cluster): Promise<Job | undefined | 'unknown'> {
  try {
    const { value } = await api.call({ method: 'GET', path: jobPath(target), once: true });
    return Job.parse(value);
  } catch (error) {
    if (isStatus(error, 404)) return undefined;
    if (error instanceof CallError && (error.repeat !== undefined || isStatus(error, 403))) return 'unknown';
    throw error;
  }
}

function queriesFor({ run, target, made }: ObserveOptions) {
  const job = made?.isOneOfMany ? made.job.metadata.labels?.[LABEL.job] : undefined;
  const all = { labelSelector: `${LABEL.manager}=${MANAGER},${LABEL.job}=${job}` };
  if (job !== undefined) return { job: all, pods: all };
  return {
    job: { fieldSelector: `metadata.name=${target.name}` },
    pods: { labelSelector: `${LABEL.run}=${run}` },
  };
}

/** What a late connection still tells of a pod that is known to have ended. */
function isEarlier(pod: Pod, known: Pod | undefined): boolean {
  if (known?.metadata.uid !== pod.metadata.uid) return false;
  return mainOf(known)?.state?.terminated !== undefined && mainOf(pod)?.state?.terminated === undefined;
}
