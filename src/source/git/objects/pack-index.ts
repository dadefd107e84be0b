import { BadObject, type ObjectFormat } from './object.ts';

const MAGIC = 0xff744f63;
const VERSION = 2;
const FANOUT_AT = 8;
const IDS_AT = FANOUT_AT + 256 * 4;
const FAR = 0x8000_0000;

/**
 * Where in a pack an object stands; undefined when it is in another one. Only the version that Git has written since
 * 2008 is read. https://git-scm.com/docs/pack-format#_version_2_pack_idx_files_support_packs_larger_than_4_gib_and
 */
export function offsetInPack(index: Buffer, id: string, { size }: ObjectFormat): number | undefined {
  if (index.length < IDS_AT || index.readUInt32BE(0) !== MAGIC || index.readUInt32BE(4) !== VERSION) {
    throw new BadObject('is looked for in a pack whose index is not of version 2');
  }
  const count = fanout(index, 255);
  // Ids, checksums and offsets of all objects, and at the end the hashes of the pack and of the index.
  if (index.length < IDS_AT + count * (size + 8) + 2 * size) {
    throw new BadObject('is looked for in a pack whose index ends too early');
  }
  const place = placeOf(index, Buffer.from(id, 'hex'), size);
  return place === undefined ? undefined : offsetAt(index, place, { count, size });
}

function fanout(index: Buffer, first: number): number {
  return index.readUInt32BE(FANOUT_AT + 4 * first);
}

function placeOf(index: Buffer, wanted: Buffer, size: number): number | undefined {
  const first = wanted.readUInt8(0);
  let low = first === 0 ? 0 : fanout(index, first - 1);
  let high = Math.min(fanout(index, first), fanout(index, 255));
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const at = IDS_AT + middle * size;
    const order = wanted.compare(index, at, at + size);
    if (order === 0) return middle;
    if (order < 0) high = middle;
    else low = middle + 1;
  }
  return undefined;
}

interface Shape {
  readonly count: number;
  readonly size: number;
}

/** Four bytes, or in a pack of 2 GiB and more the place in a table of eight. */
function offsetAt(index: Buffer, place: number, { count, size }: Shape): number {
  const near = index.readUInt32BE(IDS_AT + count * (size + 4) + 4 * place);
  if (near < FAR) return near;
  const at = IDS_AT + count * (size + 8) + 8 * (near - FAR);
  if (at + 8 > index.length) throw new BadObject('is looked for in a pack whose index ends too early');
  return Number(index.readBigUInt64BE(at));
}
