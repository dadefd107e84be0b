/**
 * What a terminal would not show: escape sequences, then every other control and invisible format character. Tab
 * stays. Sequences go first, as wholes; after that no ESC and no C1 character is left that could begin another one.
 * Each alternative is linear: what it repeats cannot match where the next attempt starts.
 */
const SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)|\x1b[ -/]*[0-~]/g;

/**
 * Code points that leave no mark, from and to: what Unicode calls Default_Ignorable_Code_Point, tags and variation
 * selectors with it (https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point), and interlinear annotation.
 */
export const INVISIBLE: readonly (readonly [from: number, to: number])[] = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff],
];

const ranges = INVISIBLE.map(([from, to]) => `\\u{${from.toString(16)}}-\\u{${to.toString(16)}}`).join('');
const UNSEEN = new RegExp(`[\\x00-\\x08\\x0e-\\x1f\\x7f-\\x9f${ranges}]`, 'gu');

const MAY_HIDE = /[^\t\x20-\x7e]/;

/** A line without what could hide a marker or a secret in it. */
export function stripInvisible(line: string): string {
  const shown = line.replace(SEQUENCES, '');
  // Most lines are coloured ASCII, and the class of all that is unseen is slow to look for.
  return MAY_HIDE.test(shown) ? shown.replace(UNSEEN, '') : shown;
}

const FIRST = Uint32Array.from(INVISIBLE, ([from]) => from);
const LAST = Uint32Array.from(INVISIBLE, ([, to]) => to);

/** Of the code points beyond the control characters. */
export function isInvisible(codePoint: number): boolean {
  let range = 0;
  while (codePoint > (LAST[range] ?? Number.POSITIVE_INFINITY)) range += 1;
  return codePoint >= (FIRST[range] ?? Number.POSITIVE_INFINITY);
}
