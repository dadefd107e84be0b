/** So many lines, and so many characters of all of them, are read by somebody who wants to know why. */
const MOST_LINES = 10;
const MOST_CHARACTERS = 2_000;
/** A longer one is mostly data. */
const LONGEST = 400;

/** What a run said last: lines that were cleaned before, and are not blank. */
export interface LastLines {
  lines(lines: readonly string[]): void;
  all(): readonly string[];
}

/** Keeps the last lines of a log that are not blank, for the message of a failure. */
export function createLastLines(): LastLines {
  let held: readonly string[] = [];
  return {
    lines(lines) {
      const said: string[] = [];
      for (let at = lines.length - 1; at >= 0 && said.length < MOST_LINES; at--) {
        const line = lines[at] ?? '';
        if (line.trim() !== '') said.unshift(line);
      }
      held = [...held, ...said].slice(-MOST_LINES);
    },
    all: () => bounded(held),
  };
}

/** The later a line, the more it says. */
function bounded(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let room = MOST_CHARACTERS;
  for (const line of lines.toReversed()) {
    const shown = line.length <= LONGEST ? line : `${line.slice(0, LONGEST)}…`;
    if (shown.length > room) break;
    room -= shown.length;
    kept.unshift(shown);
  }
  return kept;
}
