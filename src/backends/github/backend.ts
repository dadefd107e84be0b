import { NOTHING_COLLECTED } from '../../io/outputs/collect.ts';
import { followPolled } from '../../io/polled/follow.ts';
import { Submissions, type Submitted } from '../../io/polled/submissions.ts';
import type { RunEvent } from '../../run/types/event.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { Backend, RunStatus } from '../../tools/backend.ts';
import { createKnownAnswers } from './api/known.ts';
import { checkRun } from './check.ts';
import { intentOf, withId } from './handle.ts';
import { listRuns } from './list.ts';
import { isOverdue, stateOfStanding } from './look.ts';
import { collectOutputs } from './outputs.ts';
import type { GithubPlace } from './place.ts';
import { createWorkflowRuns, SLOW_END } from './polled.ts';
import { findRun, planOf, type Reads } from './runs.ts';
import { imageOf, submitRun, usedByAnother } from './submit.ts';

/** Milliseconds between two looks at a run that was told to stop. */
const QUICK = 2_000;

/** Runs jobs by the workflow of another repository. */
export function createGithubBackend(place: GithubPlace): Backend {
  const { clock } = place;
  const reads: Reads = { known: createKnownAnswers(place.api), plans: new Map() };
  const runs = createWorkflowRuns(place, reads);
  const submissions = new Submissions((run) => usedByAnother(run, place));

  async function submit(run: RunPlan, intent: Handle, signal?: AbortSignal): Promise<Handle> {
    const { name } = intent;
    const { id } = await submissions.submit(run, name, () => handOver(run, intent, signal));
    runs.isNew(name);
    return withId(intent, id);
  }

  async function handOver(run: RunPlan, intent: Handle, signal?: AbortSignal): Promise<Submitted> {
    try {
      return await submitRun(run, place, reads, signal);
    } catch (error) {
      if (signal?.aborted) await cancel(intent, 0);
      throw error;
    }
  }

  async function* follow(
    handle: Handle,
    signal: AbortSignal,
    leaving?: AbortSignal,
  ): AsyncGenerator<RunEvent> {
    yield* submissions.attachedNote(handle);
    const following = { handle, signal, leaving, ...submissions.limitsOf(handle) };
    yield* followPolled(following, runs, clock);
  }

  async function cancel(handle: Handle, grace: number): Promise<void> {
    await runs.requestStop(handle, grace);
    const end = clock.now() + grace * 1_000 + 2 * SLOW_END;
    while (clock.now() < end) {
      const { state } = (await runs.poll(handle, undefined)).standing;
      if (state === 'ended' || state === 'absent') return;
      await clock.sleep(QUICK);
    }
  }

  async function look(handle: Handle): Promise<RunStatus> {
    const now = await runs.standing(handle);
    const state = stateOfStanding(now);
    const run = state === 'running' ? await findRun(handle, place, reads) : undefined;
    const plan = run && (await planOf(run, handle.native['image'], place, reads));
    const overdue = run !== undefined && plan !== undefined && isOverdue(run, state, plan, clock.now());
    // The other repository keeps its secrets for itself.
    const status = { state, overdue, secrets: new Map() };
    return now.state === 'ended' ? { ...status, verdict: now.verdict } : status;
  }

  return {
    intentOf: (run) => intentOf(run, place),
    check: (run) => checkRun(run, place, reads),
    submit,
    follow,
    async collect(handle, run, folder) {
      const there = await findRun(handle, place, reads);
      const record = there && (await runs.recordOf(there, handle));
      if (there === undefined || record === undefined) return NOTHING_COLLECTED;
      const image = imageOf(await planOf(there, handle.native['image'], place, reads));
      return await collectOutputs(record, image, { run, folder }, place);
    },
    cancel,
    // What is to be collected is in the registry, and stays there.
    stop: cancel,
    look,
    // A workflow run is its repository's to remove, as records and outputs are the registry's.
    clean: async () => true,
    list: () => listRuns(place, reads),
  };
}
