import type { MetricsSource } from '../spec/job.ts';
import { createLineMetrics } from './line-metrics.ts';
import { gpuMemoryRanOut } from './reason.ts';
import type { Metric } from './run.ts';

/** Reads what a run says of itself from its cleaned lines, while they pass. */
export interface LineWatch {
  line(text: string): void;
  gpuMemoryRanOut(): boolean;
  metrics(): readonly Metric[];
}

export function watchLines(sources: readonly MetricsSource[], now: () => number): LineWatch {
  const patterns = sources.flatMap((source) => ('stdout' in source ? [source.stdout] : []));
  const readers = patterns.map((pattern) => createLineMetrics(pattern, now));
  let ranOut = false;
  return {
    line(text) {
      ranOut ||= gpuMemoryRanOut(text);
      for (const reader of readers) reader.line(text);
    },
    gpuMemoryRanOut: () => ranOut,
    metrics: () => readers.flatMap((reader) => reader.all()),
  };
}
