import { orNoAnswer } from '../../io/polled/passing.ts';
import type { Standing } from '../../io/polled/place.ts';
import type { Words } from '../../jobspec/job/sites.ts';
import { jsonIn } from '../../json.ts';
import type { Handle } from '../../run/types/handle.ts';
import { idInList } from './answer/listing.ts';
import { textOf, valueIn } from './answer/read.ts';
import { standingOf } from './answer/standing.ts';
import { endIn } from './answer/trailer.ts';
import { optionsIn, optionsOver } from './place/options.ts';
import type { CommandPlace, PlacedRun } from './place/place.ts';
import { failureOf, type ToolResult } from './place/tool.ts';
import { fillWords } from './plan/fill.ts';

/** undefined: it is not there, as far as anybody here knows. */
export async function findRun(handle: Handle, place: CommandPlace): Promise<PlacedRun | undefined> {
  const { hash, name, native } = handle;
  const own = await place.known.find(name);
  if (own !== undefined && own.hash !== hash) return undefined;
  const options = optionsOver(own?.options ?? optionsIn(handle), place);
  const id = own?.id ?? native['id'] ?? (await idInList({ name, options }, place));
  return id === undefined ? undefined : { name, id, hash, options, from: own?.from };
}

export async function standingOfRun(run: PlacedRun, place: CommandPlace): Promise<Standing> {
  const { answer } = await tell(place.site.status.run, run, place);
  const standing = standingOf(answer, place.site, run);
  if (standing.state !== 'ended' || !place.site.wrap.trailer) return standing;
  const end = await endIn(run, standing, place);
  return standingOf(answer, place.site, { id: run.id, trailer: end });
}

/** How often in all a place is asked for the end of a run. */
const MOST_TRIES = 4;
/** Milliseconds before the second time. */
const PAUSE = 2_000;

/** Asks for its end; most programs refuse to end what has ended. */
export async function requestStop(run: PlacedRun, grace: number, place: CommandPlace): Promise<void> {
  const more = { grace: String(Math.ceil(grace)) };
  for (let tries = 1; ; tries++) {
    const { answer, words } = await tell(place.site.cancel, run, place, more);
    if (answer.code === 0) return;
    const { state } = await standingOfRun(run, place);
    if (state === 'ended' || state === 'absent') return;
    if (tries === MOST_TRIES) throw failureOf(words, answer);
    await place.clock.sleep(PAUSE * 2 ** (tries - 1));
  }
}

/** Takes away what the place would keep of it. */
export async function removeRun(handle: Handle, place: CommandPlace): Promise<void> {
  const run = await findRun(handle, place);
  const { remove } = place.site;
  if (run !== undefined && remove !== undefined)
    for (const item of await itemsToRemove(remove, run, place)) {
      const { answer, words } = await tell(remove.run, run, place, item);
      if (answer.code !== 0) place.progress(failureOf(words, answer).message);
    }
  await place.known.forget(handle.name);
}

type Remove = NonNullable<CommandPlace['site']['remove']>;

/** What its command line is filled with, once for each. */
async function itemsToRemove(
  { list }: Remove,
  run: PlacedRun,
  place: CommandPlace,
): Promise<readonly { readonly item?: string }[]> {
  if (list === undefined) return [{}];
  const { answer, words } = await tell(list.run, run, place);
  const items = answer.code === 0 ? valueIn(jsonIn(answer.stdout), list.items) : undefined;
  if (Array.isArray(items))
    return items.flatMap((one) => {
      const item = textOf(valueIn(one, list.id));
      return item === undefined ? [] : [{ item }];
    });
  const isAnswered = answer.code === 0;
  place.progress(
    isAnswered
      ? `the place "${place.name}" does not list what is left of ${run.name}`
      : failureOf(words, answer).message,
  );
  return [];
}

async function tell(
  template: Words,
  { options, ...run }: PlacedRun,
  { tool }: CommandPlace,
  more: { readonly grace?: string; readonly item?: string } = {},
): Promise<{ readonly words: readonly string[]; readonly answer: ToolResult }> {
  const words = fillWords(template, { known: { ...run, ...more }, options });
  return { words, answer: await orNoAnswer((signal) => tool.run(words, { signal })) };
}
