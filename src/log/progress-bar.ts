/** Shows a progress bar as a log can: one state in ten seconds, and whatever it said last. */
export interface ProgressBar {
  /** A line that ended in a bare CR: the next one writes over it. */
  returned(line: string): readonly string[];
  /** An LF comes behind that CR: together they end a line, and nothing writes over it. */
  moved(): readonly string[];
  /** One of its states was shown already, by somebody who saw it earlier. */
  shown(): void;
  /** Any other line. */
  line(line: string): readonly string[];
  /** Whether a state waits for what comes next. */
  waits(): boolean;
  /** The state that waits, if there is one. */
  flush(): readonly string[];
}

const EVERY = 10_000;

/** `now` in milliseconds. */
export function createProgressBar(now: () => number, every = EVERY): ProgressBar {
  let waiting: string | undefined;
  /** The state that waits was wiped away: what comes next is not its next state, and it was the last one. */
  let isWiped = false;
  /** The blank line that returned, where no state waited: if an LF comes behind, it wiped nothing and is a line. */
  let blank: string | undefined;
  let shownAt = Number.NEGATIVE_INFINITY;

  function flush(): readonly string[] {
    const lines = waiting === undefined ? [] : [waiting];
    waiting = undefined;
    return lines;
  }

  return {
    waits: () => waiting !== undefined,
    flush,
    shown: () => {
      shownAt = now();
    },
    returned(line) {
      isWiped = line.trim() === '';
      blank = isWiped && waiting === undefined ? line : undefined;
      if (!isWiped) waiting = line;
      if (waiting === undefined || now() - shownAt < every) return [];
      shownAt = now();
      return flush();
    },
    moved: () => (blank === undefined ? flush() : [blank]),
    line(line) {
      // A line in the same place writes over the state that waits; an empty one only moves on.
      if (waiting !== undefined && line.trim() === '') return flush();
      const before = isWiped ? flush() : [];
      waiting = undefined;
      return [...before, line];
    },
  };
}

/** Every line is kept. */
export const NO_PROGRESS_BAR: ProgressBar = {
  shown: () => undefined,
  returned: (line) => [line],
  moved: () => [],
  line: (line) => [line],
  waits: () => false,
  flush: () => [],
};
