import { outcomeText } from '../outcome.ts';
import type { RunRecord } from '../record.ts';
import type { Reason } from '../types/verdict.ts';

/** A run that this machine has a record of, or no more than a folder. */
export interface KeptRecord {
  readonly run: string;
  /** Absolute; undefined: nothing was put there. */
  readonly folder: string | undefined;
  /** undefined: it is torn, of another release, or was never written. */
  readonly record: RunRecord | undefined;
  /** false: something of it may be left with the backend. */
  readonly isOver: boolean;
}

const WORDS = ['succeeded', 'failed', 'cancelled', 'detached', 'running', 'unknown'] as const;
export type Status = (typeof WORDS)[number];

/** In one word; `running`: it is not known here to be over. */
export function statusOf({ record }: Pick<KeptRecord, 'record'>): Status {
  if (record === undefined) return 'unknown';
  if (record.ended === undefined) return record.detached === true ? 'detached' : 'running';
  const { reason } = record.ended;
  return WORDS.find((word) => word === reason) ?? 'failed';
}

/** `failed, exit code 137 (oom-host)`. */
export function endingOf(run: Pick<KeptRecord, 'record'>): string {
  const ended = run.record?.ended;
  if (ended === undefined) return statusOf(run);
  // Written by any release: a reason that is not known here is shown as it is.
  return outcomeText({ reason: ended.reason as Reason, exitCode: ended['exit-code'] ?? undefined });
}

/** All parameters; records of earlier releases have those of a matrix alone. */
export function paramsOf({ record }: Pick<KeptRecord, 'record'>): Readonly<Record<string, string>> {
  return record?.params ?? record?.plan.leg?.params ?? {};
}

/** Words of a `--status`: those above, and every reason. */
export function hasStatus(run: Pick<KeptRecord, 'record'>, status: string): boolean {
  return statusOf(run) === status || run.record?.ended?.reason === status;
}
