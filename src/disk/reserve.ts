/** Bytes that a disk keeps for everything else: logs, summaries, what other programs write. */
const RESERVE = 256 * 1024 ** 2;

/** What stays free when outputs or a log are written to a disk with so much free: the reserve, or half where that is less. */
export function floorOf(free: number): number {
  return Math.min(RESERVE, free / 2);
}

/** A disk gives out whole blocks, and keeps an entry for each file. */
const BLOCK = 4_096;
const ENTRY = 512;

/** Bytes that a file of this size takes on a disk. */
export function takenBy(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK + ENTRY;
}
