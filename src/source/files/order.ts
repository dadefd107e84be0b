/** Sorts by the bytes of the UTF-8 text, as `LC_ALL=C sort` does, whatever the locale. */
export function sortByBytes<T>(items: readonly T[], pathOf: (item: T) => string): T[] {
  const compare = items.some((item) => DIFFERS.test(pathOf(item))) ? compareBytes : compareUnits;
  return items.toSorted((one, other) => compare(pathOf(one), pathOf(other)));
}

/** Characters that UTF-16 and UTF-8 put in another order. */
const DIFFERS = /[\ud800-\uffff]/;

function compareUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** UTF-16, which `<` compares, puts U+E000 to U+FFFF behind the characters that take two units; UTF-8 does not. */
export function compareBytes(one: string, other: string): number {
  if (one === other) return 0;
  const length = Math.min(one.length, other.length);
  let at = 0;
  while (at < length && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  if (at === length) return one.length - other.length;
  return rank(one.charCodeAt(at)) - rank(other.charCodeAt(at));
}

function rank(unit: number): number {
  const isSurrogate = unit >= 0xd800 && unit <= 0xdfff;
  return isSurrogate ? unit + 0x10000 : unit;
}
