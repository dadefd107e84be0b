import { isPassing } from '../../io/polled/passing.ts';
import type { Standing } from '../../io/polled/place.ts';
import type { RunState } from '../../run/state.ts';
import type { ListedRun } from '../../tools/backend.ts';
import type { Known } from './place/known.ts';
import { nativeOptions, optionsOver } from './place/options.ts';
import type { CommandPlace } from './place/place.ts';
import { standingOfRun } from './runs.ts';

/** The runs that this machine has handed to the place: no other has their plans. */
export async function listRuns(place: CommandPlace): Promise<readonly ListedRun[]> {
  const own = (await place.known.all()).filter((one) => one.place === place.name);
  return (await Promise.all(own.map((one) => listed(one, place)))).flat();
}

async function listed(own: Known, place: CommandPlace): Promise<readonly ListedRun[]> {
  const { hash, id, name, options, plan, repository, submitted } = own;
  if (id === undefined) return [];
  const state = stateOf(
    await standingOfRun({ name, id, hash, options: optionsOver(options, place) }, place).catch(unknownState),
  );
  if (state === 'absent') return [];
  const native = { place: place.name, ...nativeOptions(options), id };
  const handle = { backend: 'command', run: name.slice('jobimg-'.length), name, hash, native };
  return [
    { handle, job: plan.job, plan, started: submitted, repository, state, overdue: false, isOwn: true },
  ];
}

export function stateOf({ state }: Standing): RunState {
  return state === 'pulling' ? 'queued' : state;
}

/** A place that gives no answer now has the run all the same. */
function unknownState(error: unknown): Standing {
  if (!isPassing(error)) throw error;
  return { state: 'running' };
}
