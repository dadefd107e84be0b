import { printBytes } from '../../disk/bytes.ts';
import { floorOf } from '../../disk/reserve.ts';
import { errnoOf } from '../errno.ts';
import { diskOf } from '../fs/disk.ts';

/** What is written does not fit on the disk; nothing more is written there. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

/** The space of a disk, as it is used up by us and by everybody else. */
export interface Room {
  readonly folder: string;
  /** Bytes that may be written now. */
  left(): Promise<number>;
  /** Throws `NoRoom` when so many bytes would leave too little. */
  check(bytes: number): Promise<void>;
}

/** Bytes that are written before the disk is asked again. */
const STEP = 64 * 1024 ** 2;

/** The room for what is written below a folder; where nobody can tell it, the system's own errors do. */
export async function roomIn(folder: string, ask: typeof diskOf = diskOf): Promise<Room> {
  const start = await ask(folder);
  const floor = floorOf(start?.free ?? 0);
  /** Bytes that need no new look. */
  let ahead = 0;

  async function left(): Promise<number> {
    if (start === undefined) return Number.POSITIVE_INFINITY;
    return ((await ask(folder))?.free ?? Number.POSITIVE_INFINITY) - floor;
  }

  async function check(bytes: number): Promise<void> {
    ahead -= bytes;
    if (ahead >= 0) return;
    const rest = (await left()) - bytes;
    if (rest < 0) {
      throw new NoRoom(
        `"${folder}" has ${printBytes(rest + bytes + floor)} free, and ${printBytes(floor)} must stay free`,
      );
    }
    ahead = Math.min(STEP, rest);
  }

  return { folder, left, check };
}

const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** The system's own word that a disk, its table of files or a quota is full. */
export function isFull(error: unknown): boolean {
  return FULL.has(errnoOf(error) ?? '');
}
