import { type Stats, statfsSync } from 'node:fs';
import { errnoOf } from '../../io/errno.ts';

/**
 * Where a file keeps its number while it is there, and each change of it is seen in a time that nobody can set back:
 * file systems of this machine. Those of a network or a FUSE program may keep an earlier time for a while, and tmpfs writes
 * nothing back: there a page that was mapped for writing is written to again without any change of a time.
 * https://man7.org/linux/man-pages/man2/statfs.2.html
 */
const DEPENDABLE: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x5846_5342, // XFS
  0x9123_683e, // Btrfs
  0x794c_7630, // overlayfs
  0x2fc1_2fc1, // ZFS
  0xf2f5_2010, // F2FS
]);

export function isDependable(folder: string): boolean {
  if (process.platform !== 'linux') return false;
  try {
    return DEPENDABLE.has(statfsSync(folder).type);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return false;
  }
}

/**
 * How long a file has to be unchanged before it is remembered. A change within the same tick of a clock has the same
 * time, and so has a write through a mapping whose page the system has not written back yet, which it does after 30 s.
 */
const SETTLED = 60_000;

export function isSettled({ mtimeMs, ctimeMs }: Pick<Stats, 'mtimeMs' | 'ctimeMs'>, now: number): boolean {
  return mtimeMs <= now - SETTLED && ctimeMs <= now - SETTLED;
}
