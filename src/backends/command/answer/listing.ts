import { orNoAnswer } from '../../../io/polled/passing.ts';
import type { Listing } from '../../../jobspec/job/sites.ts';
import { jsonIn } from '../../../json.ts';
import type { CommandPlace } from '../place/place.ts';
import { failureOf } from '../place/tool.ts';
import { fillWords } from '../plan/fill.ts';
import { textOf, valueIn } from './read.ts';

/** undefined: it is not there, or the place has no list. */
export async function idInList(
  { name, options }: { readonly name: string; readonly options: ReadonlyMap<string, string> },
  { site, tool }: CommandPlace,
): Promise<string | undefined> {
  if (site.list === undefined) return undefined;
  const words = fillWords(site.list.run, { known: { name }, options });
  const answer = await orNoAnswer((signal) => tool.run(words, { signal }));
  if (answer.code !== 0) throw failureOf(words, answer);
  return idOfName(name, answer.stdout, site.list.listing);
}

export function idOfName(name: string, stdout: string, listing: Listing): string | undefined {
  if (listing.kind === 'json') {
    const items = valueIn(jsonIn(stdout), listing.items);
    const found = Array.isArray(items) && items.find((one) => textOf(valueIn(one, listing.name)) === name);
    return found ? textOf(valueIn(found, listing.id)) : undefined;
  }
  for (const line of stdout.split('\n')) {
    const groups = listing.pattern.exec(line)?.groups;
    if (groups !== undefined && (groups['name'] ?? name) === name) return groups['id'];
  }
  return undefined;
}
