import { messageOf, UserError } from '../../errors.ts';
import { findRecord } from '../../evidence/run-record.ts';
import { NoAnswer } from '../../io/polled/passing.ts';
import type { Poll, PolledPlace, Standing } from '../../io/polled/place.ts';
import type { PushedRecord } from '../../run/records/pushed-record.ts';
import type { Handle } from '../../run/types/handle.ts';
import { jobsOf, type WorkflowRun } from './api/runs.ts';
import { logOf } from './log.ts';
import type { GithubPlace } from './place.ts';
import { findRun, orNoAnswer, planOf, type Reads } from './runs.ts';
import { endOf, standingOf } from './standing.ts';
import { imageOf } from './submit.ts';

/** Milliseconds between two questions about a run. */
const EVERY = 10_000;
/** Bytes of a log that are handed on at once. */
const PART = 1024 ** 2;
/** Milliseconds for which a registry may not show what was pushed. */
const RECORD_LATE = 15_000;
/** Milliseconds after its end for which GitHub may not have the log of a job. */
const LOG_LATE = 30_000;
/** Milliseconds beyond the grace that a runner has to end by itself. */
export const SLOW_END = 60_000;

export interface WorkflowRuns extends PolledPlace {
  standing(handle: Handle): Promise<Standing>;
  recordOf(run: WorkflowRun, handle: Handle): Promise<PushedRecord | undefined>;
  /** A run that was submitted now may not be shown yet. */
  isNew(name: string): void;
}

/** Workflow runs, which have to be asked for how they do. */
export function createWorkflowRuns(place: GithubPlace, reads: Reads): WorkflowRuns {
  const { api, clock } = place;
  const over = new Map<string, { readonly standing: Standing; readonly log: Uint8Array }>();
  const endSeen = new Map<string, number>();
  const logMissed = new Map<string, number>();
  const stopping = new Map<string, { readonly until: number; forced: boolean }>();
  const submitted = new Map<string, number>();

  async function recordOf(run: WorkflowRun, handle: Handle): Promise<PushedRecord | undefined> {
    const plan = await planOf(run, handle.native['image'], place, reads);
    return await findRecord(handle.run, imageOf(plan), place.registry);
  }

  async function standing(handle: Handle): Promise<Standing> {
    const run = await findRun(handle, place, reads);
    return run === undefined ? { state: 'absent' } : await standingOfRun(run, handle);
  }

  async function standingOfRun(run: WorkflowRun, handle: Handle): Promise<Standing> {
    if (run.status !== 'completed') return standingOf(run, await jobsOf(String(run.id), reads.known));
    const record = await recordOf(run, handle);
    if (record === undefined && isRecordLate(run, handle)) return { state: 'running' };
    return endOf(run, record);
  }

  /** One that ended by itself has left a record, which a registry may show a little later. */
  function isRecordLate({ conclusion }: WorkflowRun, { name }: Handle): boolean {
    const isWaited = isWaitedFor(endSeen, name, RECORD_LATE);
    return ['success', 'failure'].includes(conclusion ?? '') && !isWaited;
  }

  /** Whether something of a run was waited for so long, since it was missed first. */
  function isWaitedFor(missed: Map<string, number>, name: string, patience: number): boolean {
    const since = missed.get(name) ?? clock.now();
    missed.set(name, since);
    return clock.now() - since >= patience;
  }

  async function poll(handle: Handle): Promise<Pick<Poll, 'standing' | 'log'>> {
    const known = over.get(handle.name);
    if (known !== undefined) return known;
    const run = await findRun(handle, place, reads);
    if (run === undefined) return { standing: absent(handle), log: NOTHING };
    await forceWhenLate(run, handle);
    const now = await standingOfRun(run, handle);
    if (now.state !== 'ended') return { standing: now, log: NOTHING };
    const log = await logOfRun(run, handle);
    if (log === undefined) return { standing: { state: 'running' }, log: NOTHING };
    const ended = { standing: now, log };
    over.set(handle.name, ended);
    return ended;
  }

  function absent({ name }: Handle): Standing {
    const since = submitted.get(name);
    if (since === undefined || clock.now() - since > SLOW_END) return { state: 'absent' };
    throw new NoAnswer('GitHub does not show the workflow run yet');
  }

  /** undefined: GitHub may have it soon. */
  async function logOfRun(
    { id, html_url: url }: WorkflowRun,
    { name }: Handle,
  ): Promise<Uint8Array | undefined> {
    const notShown = (why: string): void => place.progress(`the log is not shown: ${why}; it is at ${url}`);
    try {
      const { lacks, text } = await logOf(await jobsOf(String(id), reads.known), api);
      if (lacks === 'not there' && !isWaitedFor(logMissed, name, LOG_LATE)) return undefined;
      if (lacks !== 'nothing') notShown(`GitHub says that the log of a job is ${lacks}`);
      return Buffer.from(text);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      notShown(messageOf(error));
      return NOTHING;
    }
  }

  async function forceWhenLate({ id, status }: WorkflowRun, { name }: Handle): Promise<void> {
    const asked = stopping.get(name);
    if (asked === undefined || asked.forced || status === 'completed' || clock.now() < asked.until) return;
    await api.call({ method: 'POST', path: `actions/runs/${id}/force-cancel`, expect: [404, 409] });
    asked.forced = true;
  }

  return {
    every: EVERY,
    watchCommand: ({ run }) => `jobimg attach ${run}${place.defaultsOption ?? ''}`,
    standing,
    recordOf,
    isNew: (name) => void submitted.set(name, clock.now()),
    poll: (handle, cursor) =>
      orNoAnswer(async () => {
        const { standing: now, log } = await poll(handle);
        const offset = Number(cursor ?? '0');
        const part = log.subarray(offset, offset + PART);
        return { standing: now, log: part, cursor: String(offset + part.length) };
      }),
    requestStop: (handle, grace) =>
      orNoAnswer(async () => {
        const run = await findRun(handle, place, reads);
        if (run === undefined || run.status === 'completed') return;
        // 409: it has ended meanwhile.
        await api.call({ method: 'POST', path: `actions/runs/${run.id}/cancel`, expect: [409] });
        const until = clock.now() + grace * 1_000 + SLOW_END;
        if (!stopping.has(handle.name)) stopping.set(handle.name, { until, forced: false });
      }),
  };
}

const NOTHING = new Uint8Array();
