import { lackIn, type MissingDependency } from '../missing/dependency.ts';
import { gpuMemoryRanOut } from '../reason.ts';
import type { Metric } from '../types/result.ts';
import { type Clue, clueAt, signIn } from './clue.ts';
import { createLastLines } from './last-lines.ts';
import type { LineMetrics } from './metrics.ts';

/** Reads what a run says of itself from its cleaned lines, while they pass. */
export interface LineWatch {
  line(text: string): void;
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

export function watchLines(readers: readonly LineMetrics[]): LineWatch {
  const lacks = new Map<string, MissingDependency>();
  const last = createLastLines();
  let ranOut = false;
  let sign: number | undefined;
  return {
    line(text) {
      ranOut ||= gpuMemoryRanOut(text);
      const seen = signIn(text);
      if (seen !== undefined) sign = Math.min(seen, sign ?? seen);
      const lack = lacks.size < MAX_LACKS ? lackIn(text) : undefined;
      if (lack !== undefined) lacks.set(lack.name, lack);
      for (const reader of readers) reader.line(text);
      last.line(text);
    },
    gpuMemoryRanOut: () => ranOut,
    clue: () => (sign === undefined ? undefined : clueAt(sign)),
    lacks: () => [...lacks.values()],
    metrics: () => readers.flatMap((reader) => reader.all()),
    metricRemarks: () => readers.flatMap((reader) => reader.remarks()),
    lastLines: () => last.all(),
  };
}
