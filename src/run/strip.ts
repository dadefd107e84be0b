/**
 * What a terminal would not show: escape sequences, then every other control and invisible format character. Tab
 * stays. Sequences go first, as wholes; after that no ESC and no C1 character is left that could begin another one.
 * Each alternative is linear: what it repeats cannot match where the next attempt starts.
 */
const SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)|\x1b[ -/]*[0-~]/g;

const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each character is meant by itself.
  /[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]/g;

/** A line without what could hide a marker or a secret in it. */
export function stripInvisible(line: string): string {
  return line.replace(SEQUENCES, '').replace(INVISIBLE, '');
}
