import type { OwnerState } from './owner-process.ts';

/** A run that has ended, as far as it matters for how long it is kept. */
export interface KeptRun {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly ended: number;
  /** Bytes. */
  readonly size: number;
  /** Whether the process that made it may still read it. */
  readonly inUse: boolean;
}

export interface Retention {
  readonly days: number;
  readonly bytes: number;
}

/** In gigabytes and days, where whoever operates a machine says nothing else. */
const DAYS = 30;
const GIGABYTES = 20;

const DAY = 24 * 3_600_000;
/** Later steps of the same job may still read it. */
const FRESH = 3_600_000;

/** What `JOBIMG_KEEP_DAYS` and `JOBIMG_KEEP_GB` say; `wrong` names what is not a number. */
export function retentionOf(env: Readonly<Record<string, string | undefined>>): {
  readonly retention: Retention;
  readonly wrong: readonly string[];
} {
  const wrong: string[] = [];
  const numberOf = (name: string, otherwise: number): number => {
    const text = env[name]?.trim() ?? '';
    if (text === '') return otherwise;
    if (/^\d{1,9}(?:\.\d{1,9})?$/.test(text)) return Number(text);
    wrong.push(name);
    return Number.POSITIVE_INFINITY;
  };
  const days = numberOf('JOBIMG_KEEP_DAYS', DAYS);
  const bytes = numberOf('JOBIMG_KEEP_GB', GIGABYTES) * 1e9;
  return { retention: { days, bytes }, wrong };
}

/**
 * The ended runs that are kept no longer: those that are too old, then the oldest until the rest is small enough. Never
 * the newest, and none that somebody may still read.
 */
export function expired(
  runs: readonly KeptRun[],
  { days, bytes }: Retention,
  now: number,
): readonly KeptRun[] {
  const [, ...older] = [...runs].sort((a, b) => b.ended - a.ended);
  const removable = older.filter(({ ended, inUse }) => !inUse && now - ended > FRESH);
  const old = removable.filter(({ ended }) => now - ended > days * DAY);
  let total = sizeOf(runs) - sizeOf(old);
  const large: KeptRun[] = [];
  for (const run of removable.filter((one) => !old.includes(one)).reverse()) {
    if (total <= bytes) break;
    large.push(run);
    total -= run.size;
  }
  return [...old, ...large];
}

/** Whether the process that made a result may still read it. One that cannot be seen is not waited for without end. */
export function isInUse(owner: OwnerState, ended: number, now: number): boolean {
  return owner === 'alive' || (owner === 'unknown' && now - ended <= DAY);
}

export function sizeOf(runs: readonly KeptRun[]): number {
  return runs.reduce((sum, { size }) => sum + size, 0);
}
