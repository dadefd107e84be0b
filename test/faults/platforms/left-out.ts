import { readFileSync } from 'node:fs';

interface LeftOut {
  readonly places: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const FILE = new URL('left-out.json', import.meta.url);

/** Rows of the contract that a place cannot show, with the reason, as `docs/command.md` has them, too. */
export function leftOut(place: string): Readonly<Record<string, string>> {
  const { places } = JSON.parse(readFileSync(FILE, 'utf8')) as LeftOut;
  const rows = places[place];
  if (rows === undefined) throw new Error(`nothing is said of "${place}" in ${FILE.pathname}`);
  return rows;
}
