/**
 * Numbers between dots, compared one by one: `535.104.05` has a zero in front, which semantic versions forbid. A version
 * that is known only in part says nothing of the rest: `580` against `580.65.06` is undefined.
 */
export function compareVersions(one: string, other: string): -1 | 0 | 1 | undefined {
  const a = numbersOf(one);
  const b = numbersOf(other);
  const at = b.findIndex((value, index) => a[index] !== value);
  // What the other leaves out is zero there: each release of 570 is at least `570`.
  if (at < 0) return a.slice(b.length).some((value) => value > 0) ? 1 : 0;
  const value = a[at];
  if (value === undefined) return undefined;
  return value < (b[at] ?? 0) ? -1 : 1;
}

/** undefined: the version is not known well enough. */
export function isAtLeast(version: string, least: string): boolean | undefined {
  const order = compareVersions(version, least);
  return order === undefined ? undefined : order >= 0;
}

function numbersOf(version: string): readonly number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10) || 0);
}

/** `12` of `12.8.1`; 0 of a text that has no number. */
export function majorOf(version: string): number {
  return numbersOf(version)[0] ?? 0;
}

/** `12.8` of `12.8.1`. */
export function minorOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
