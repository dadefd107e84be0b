import { messageOf, UserError } from '../../errors.ts';
import type { Submitted } from '../../io/polled/submissions.ts';
import { keptPlan } from '../../run/kept-plan.ts';
import { stopCommand } from '../../run/plan/stop-command.ts';
import type { RunPlan } from '../../run/types/plan.ts';
import { idInList } from './answer/listing.ts';
import { handIn } from './hand-in.ts';
import type { Known } from './place/known.ts';
import { optionsOf, ownOptions } from './place/options.ts';
import type { CommandPlace } from './place/place.ts';

/** Hands a run to the place, once for each name: what is there under it already is taken over. */
export async function submitRun(
  run: RunPlan,
  name: string,
  place: CommandPlace,
  signal: AbortSignal | undefined,
): Promise<Submitted> {
  const repository = run.labels.get('jobimg.repo');
  const options = ownOptions(run);
  const from = run.outputsFrom ?? run.workdir;
  const own: Known = {
    place: place.name,
    name,
    hash: run.hash,
    plan: keptPlan(run),
    from,
    options,
    submitted: new Date().toISOString(),
    repository,
  };
  const asked = { name, options: optionsOf(run, place) };
  const there = await place.known.claim(own);
  if (there !== undefined) {
    if (there.hash !== run.hash) throw usedByAnother(run, place);
    const id = await idOf(there, asked, place);
    if (id !== undefined) return { id, attached: true };
    throw unanswered(name, place);
  }
  try {
    const id = await idOrHandIn(run, asked, place, signal);
    place.known.save({ ...own, id });
    return { id, attached: false };
  } catch (error) {
    if (!(await isThere(asked, place))) await place.known.forget(name);
    throw error;
  }
}

/** A run by its name, and where the place is asked for it. */
interface Asked {
  readonly name: string;
  readonly options: ReadonlyMap<string, string>;
}

/** How often in all a run is handed in that the place does not take for now. */
const MOST_TRIES = 4;
/** Milliseconds before the second try. */
const PAUSE = 2_000;

async function idOrHandIn(
  run: RunPlan,
  asked: Asked,
  place: CommandPlace,
  signal: AbortSignal | undefined,
): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      // Another machine, or a process whose answer was lost, may have handed it in.
      return (await idInList(asked, place)) ?? (await handIn(run, asked.name, place, signal));
    } catch (error) {
      if (signal?.aborted || !isPassing(error, place, tries)) return await idOfLost(asked, place, error);
      await place.clock.sleep(PAUSE * 2 ** (tries - 1), signal);
    }
  }
}

function isPassing(error: unknown, { site }: CommandPlace, tries: number): boolean {
  return tries < MOST_TRIES && site.list !== undefined && site.submit.retry?.test(messageOf(error)) === true;
}

/** Where its answer was lost, it is there all the same. */
async function idOfLost(asked: Asked, place: CommandPlace, error: unknown): Promise<string> {
  const id = await idInList(asked, place).catch(() => undefined);
  if (id === undefined) throw error;
  return id;
}

/** Milliseconds for which another process of ours may wait for the answer of the place. */
const ANSWER = 60_000;

async function idOf(there: Known, asked: Asked, place: CommandPlace): Promise<string | undefined> {
  const end = place.clock.now() + ANSWER;
  for (;;) {
    const now = (await place.known.find(there.name)) ?? there;
    const id = now.id ?? (await idInList(asked, place));
    if (id !== undefined || place.clock.now() > end) return id;
    await place.clock.sleep(500);
  }
}

async function isThere(asked: Asked, place: CommandPlace): Promise<boolean> {
  try {
    return (await idInList(asked, place)) !== undefined;
  } catch {
    return true; // Nobody knows: whoever comes next asks again.
  }
}

export function usedByAnother({ id }: RunPlan, { defaultsOption }: CommandPlace): UserError {
  return new UserError(`the run id "${id}" is already used by another plan`, {
    code: 'run-id',
    hint: `remove what is left of it: ${stopCommand({ run: id }, defaultsOption)}`,
  });
}

function unanswered(name: string, { name: place }: CommandPlace): UserError {
  return new UserError(`"${name}" was handed to "${place}" before, and nobody heard the answer`, {
    kind: 'unavailable',
    code: 'place',
    hint: 'look for it there; with "list" in the defaults file jobimg would find it by its name',
  });
}
