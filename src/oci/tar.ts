/** Entries of a tar archive (POSIX.1-2001, `ustar` with pax records), with nothing in them that is not asked for. */

/** 1980-01-01: nothing in an image is older, and ZIP files can tell it. */
const MTIME = 315_532_800;
const BLOCK = 512;

export interface TarHeader {
  /** Without a slash at its end. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  readonly mode: number;
  readonly size: number;
  readonly target?: string | undefined;
}

const TYPES = { file: '0', folder: '5', link: '2', pax: 'x' } as const;

/** One block; with pax records before it when a name does not fit into it. */
export function tarHeader(header: TarHeader): Buffer {
  const path = header.kind === 'folder' ? `${header.path}/` : header.path;
  const target = header.target ?? '';
  const place = splitPath(path);
  const records = [
    ...(place === undefined ? [paxRecord('path', path)] : []),
    ...(isPlain(target, 100) ? [] : [paxRecord('linkpath', target)]),
  ];
  const fields = { ...(place ?? { name: plain(path), prefix: '' }), target: plain(target) };
  const block = ustar({ ...fields, type: TYPES[header.kind], mode: header.mode, size: header.size });
  return records.length === 0 ? block : Buffer.concat([paxEntry(Buffer.concat(records)), block]);
}

/** What follows contents so that the next entry begins at a block. */
export function tarPadding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** Two empty blocks. */
export function tarEnd(): Buffer {
  return Buffer.alloc(2 * BLOCK);
}

interface Place {
  readonly name: string;
  readonly prefix: string;
}

/** At the first slash that leaves at most 100 characters behind it; undefined when there is none that does. */
function splitPath(path: string): Place | undefined {
  if (!isPlain(path, 256)) return undefined;
  if (path.length <= 100) return { name: path, prefix: '' };
  const cut = path.indexOf('/', path.length - 101);
  if (cut < 1 || cut > 155 || cut === path.length - 1) return undefined;
  return { name: path.slice(cut + 1), prefix: path.slice(0, cut) };
}

function isPlain(text: string, most: number): boolean {
  return text.length <= most && /^[\x20-\x7e]*$/.test(text);
}

/** For readers that know no pax records. */
function plain(text: string): string {
  return text.slice(0, 100).replace(/[^\x20-\x7e]/g, '_');
}

/** `<length> <keyword>=<value>\n`, where the length counts itself. */
function paxRecord(keyword: string, value: string): Buffer {
  const rest = Buffer.from(` ${keyword}=${value}\n`);
  const digits = String(rest.length + String(rest.length).length).length;
  return Buffer.concat([Buffer.from(String(rest.length + digits)), rest]);
}

function paxEntry(records: Buffer): Buffer {
  const fields = { name: 'pax', prefix: '', target: '', mode: 0o644, size: records.length, type: TYPES.pax };
  return Buffer.concat([ustar(fields), records, Buffer.alloc(tarPadding(records.length))]);
}

interface Fields extends Place {
  readonly target: string;
  readonly type: string;
  readonly mode: number;
  readonly size: number;
}

/**
 * https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 with what is the same in all: no
 * owner, no device, and blanks where the sum is while it is made.
 */
const EMPTY = emptyBlock();

function emptyBlock(): Buffer {
  const block = Buffer.alloc(BLOCK);
  for (const at of [108, 116, 329, 337]) block.write(octal(0, 7), at, 'latin1');
  block.write(octal(MTIME, 11), 136, 'latin1');
  block.fill(' ', 148, 156);
  block.write('ustar\x0000', 257, 'latin1');
  return block;
}

function ustar(fields: Fields): Buffer {
  const block = Buffer.from(EMPTY);
  block.write(fields.name, 0, 'latin1');
  block.write(octal(fields.mode, 7), 100, 'latin1');
  block.write(octal(fields.size, 11), 124, 'latin1');
  block.write(fields.type, 156, 'latin1');
  block.write(fields.target, 157, 'latin1');
  block.write(fields.prefix, 345, 'latin1');
  block.write(`${octal(sumOf(block), 6)}\0`, 148, 'latin1');
  return block;
}

function sumOf(block: Buffer): number {
  let sum = 0;
  for (let at = 0; at < BLOCK; at += 1) sum += block[at] ?? 0;
  return sum;
}

/** Padded with zeros; sizes are bounded long before they need more digits. */
function octal(value: number, digits: number): string {
  const text = value.toString(8).padStart(digits, '0');
  if (text.length > digits) throw new RangeError(`${value} does not fit into ${digits} octal digits`);
  return text;
}
