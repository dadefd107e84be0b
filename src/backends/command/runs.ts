import type { Standing } from '../../io/polled/place.ts';
import type { Placeholder, Words } from '../../jobspec/job/sites.ts';
import type { Handle } from '../../run/run.ts';
import type { CommandPlace } from './place.ts';
import { standingOf } from './standing.ts';
import { idInList } from './submit.ts';
import { failureOf, type ToolAnswer } from './tool.ts';
import { fillWords } from './words.ts';

/** A run by the names that a place and we have for it. */
export interface PlacedRun {
  readonly name: string;
  readonly id: string;
}

/** undefined: it is not there, as far as anybody here knows. */
export async function findRun(
  { hash, name, native }: Handle,
  place: CommandPlace,
): Promise<PlacedRun | undefined> {
  const own = await place.known.find(name);
  if (own !== undefined && own.hash !== hash) return undefined;
  const id = own?.id ?? native['id'] ?? (await idInList(name, place));
  return id === undefined ? undefined : { name, id };
}

export async function standingOfRun(run: PlacedRun, place: CommandPlace): Promise<Standing> {
  const { answer } = await tell(place.site.status.run, run, place);
  return standingOf(answer, place.site);
}

/** Asks for its end; most programs refuse to end what has ended. */
export async function requestStop(run: PlacedRun, grace: number, place: CommandPlace): Promise<void> {
  const more = { grace: String(Math.ceil(grace)) };
  const { answer, words } = await tell(place.site.cancel, run, place, more);
  if (answer.code === 0) return;
  const { state } = await standingOfRun(run, place);
  if (state !== 'ended' && state !== 'absent') throw failureOf(words, answer);
}

/** Takes away what the place would keep of it. */
export async function removeRun(handle: Handle, place: CommandPlace): Promise<void> {
  const run = await findRun(handle, place);
  const { remove } = place.site;
  if (run !== undefined && remove !== undefined) {
    const { answer, words } = await tell(remove, run, place);
    if (answer.code !== 0) place.progress(failureOf(words, answer).message);
  }
  await place.known.forget(handle.name);
}

async function tell(
  template: Words,
  run: PlacedRun,
  { site, tool }: CommandPlace,
  more: Readonly<Partial<Record<Placeholder, string>>> = {},
): Promise<{ readonly words: Words; readonly answer: ToolAnswer }> {
  const words = fillWords(template, { known: { ...run, ...more }, options: site.options });
  return { words, answer: await tool.run(words) };
}
