import { NOTHING_COLLECTED } from '../../io/outputs/collect.ts';
import { followPolled } from '../../io/polled/follow.ts';
import type { Standing } from '../../io/polled/place.ts';
import { Submissions, type Submitted } from '../../io/polled/submissions.ts';
import type { RunEvent } from '../../run/types/event.ts';
import type { Handle } from '../../run/types/handle.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import type { Backend, RunStatus } from '../../tools/backend.ts';
import { checkRun } from './check.ts';
import { listRuns, stateOf } from './list.ts';
import { collectOutputs } from './outputs/collect.ts';
import { nativeOptions, ownOptions } from './place/options.ts';
import type { CommandPlace } from './place/place.ts';
import { polledPlace } from './polled.ts';
import { findRun, removeRun, standingOfRun } from './runs.ts';
import { submitRun, usedByAnother } from './submit.ts';

/** Milliseconds beyond the grace that a place takes to end a run. */
const SLOW_END = 60_000;
/** Milliseconds between two looks at a run that was told to stop. */
const QUICK = 300;

/** Runs jobs at a place that has a command line. */
export function createCommandBackend(place: CommandPlace): Backend {
  const submissions = new Submissions((run) => usedByAnother(run, place));
  const polled = polledPlace(place);

  async function submit(run: RunPlan, intent: Handle, signal?: AbortSignal): Promise<Handle> {
    const { name } = intent;
    const { id } = await submissions.submit(run, name, () => handOver(run, intent, signal));
    return { ...intent, native: { ...intent.native, id } };
  }

  async function handOver(run: RunPlan, intent: Handle, signal?: AbortSignal): Promise<Submitted> {
    try {
      return await submitRun(run, intent.name, place, signal);
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
    yield* followPolled(following, polled, place.clock);
  }

  async function standing(handle: Handle): Promise<Standing> {
    const run = await findRun(handle, place);
    return run === undefined ? { state: 'absent' } : await standingOfRun(run, place);
  }

  async function stop(handle: Handle, grace: number): Promise<void> {
    const { clock } = place;
    await polled.requestStop(handle, grace);
    const end = clock.now() + grace * 1_000 + SLOW_END;
    while (clock.now() < end) {
      const { state } = await standing(handle);
      if (state === 'ended' || state === 'absent') return;
      await clock.sleep(QUICK);
    }
  }

  async function cancel(handle: Handle, grace: number): Promise<void> {
    await stop(handle, grace);
    await removeRun(handle, place);
  }

  return {
    intentOf: (run) => ({
      backend: 'command',
      run: run.id,
      name: `jobimg-${run.id}`,
      hash: run.hash,
      native: { place: place.name, ...nativeOptions(ownOptions(run)) },
    }),
    check: (run) => checkRun(run, place),
    submit,
    follow,
    async collect(handle, run, folder) {
      const there = await findRun(handle, place);
      return there === undefined ? NOTHING_COLLECTED : await collectOutputs(there, run, folder, place);
    },
    cancel,
    stop,
    async look(handle): Promise<RunStatus> {
      const now = await standing(handle);
      // A place keeps the secrets for itself.
      const status = { state: stateOf(now), overdue: false, secrets: new Map() };
      return now.state === 'ended' ? { ...status, verdict: now.verdict } : status;
    },
    async clean(handle) {
      await removeRun(handle, place);
      return true;
    },
    list: () => listRuns(place),
  };
}
