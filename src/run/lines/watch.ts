import { lackIn, type MissingDependency, mayLack } from '../missing/dependency.ts';
import { gpuMemoryRanOut } from '../reason.ts';
import type { Metric } from '../types/result.ts';
import { type Clue, clueAt, signIn } from './clue.ts';
import { createLastLines } from './last-lines.ts';
import type { LineMetrics } from './metrics.ts';

/** Reads what a run says of itself from its cleaned lines, while they pass. */
export interface LineWatch {
  lines(lines: readonly string[]): void;
  gpuMemoryRanOut(): boolean;
  /** Why it failed, when it says so and it is none of the above. */
  clue(): Clue | undefined;
  /** What the image lacks, each once. */
  lacks(): readonly MissingDependency[];
  metrics(): readonly Metric[];
  /** What its metrics leave open, in sentences. */
  metricRemarks(): readonly string[];
  /** What it said last. */
  lastLines(): readonly string[];
}

const MAX_LACKS = 5;

/** What is looked for ends with its line, so that many lines are looked at as one text: mostly none has any of it. */
function maySay(text: string): boolean {
  return gpuMemoryRanOut(text) || signIn(text) !== undefined || mayLack(text);
}

export function watchLines(readers: readonly LineMetrics[]): LineWatch {
  const lacks = new Map<string, MissingDependency>();
  const last = createLastLines();
  let ranOut = false;
  let sign: number | undefined;

  function look(text: string): void {
    ranOut ||= gpuMemoryRanOut(text);
    const seen = signIn(text);
    if (seen !== undefined) sign = Math.min(seen, sign ?? seen);
    const lack = lacks.size < MAX_LACKS ? lackIn(text) : undefined;
    if (lack !== undefined) lacks.set(lack.name, lack);
  }

  return {
    lines(lines) {
      if (maySay(lines.join('\n'))) for (const line of lines) look(line);
      for (const reader of readers) reader.lines(lines);
      last.lines(lines);
    },
    gpuMemoryRanOut: () => ranOut,
    clue: () => (sign === undefined ? undefined : clueAt(sign)),
    lacks: () => [...lacks.values()],
    metrics: () => readers.flatMap((reader) => reader.all()),
    metricRemarks: () => readers.flatMap((reader) => reader.remarks()),
    lastLines: () => last.all(),
  };
}
