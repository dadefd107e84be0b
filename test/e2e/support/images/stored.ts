/** A frame that holds its content as it is: https://datatracker.ietf.org/doc/html/rfc8878#section-3.1.1 */
export function zstdStored(content: Buffer): Buffer {
  const MOST = 128 * 1024;
  const header = Buffer.alloc(4 + 1 + 8);
  header.writeUInt32LE(0xfd2fb528, 0);
  // One segment, with its size in eight bytes.
  header.writeUInt8(0b1110_0000, 4);
  header.writeBigUInt64LE(BigInt(content.length), 5);
  const parts: Buffer[] = [header];
  for (let at = 0; at < content.length || at === 0; at += MOST) {
    const piece = content.subarray(at, at + MOST);
    const isLast = at + MOST >= content.length;
    const head = Buffer.alloc(3);
    head.writeUIntLE((piece.length << 3) | (isLast ? 1 : 0), 0, 3);
    parts.push(head, piece);
  }
  return Buffer.concat(parts);
}

/** A ZIP whose members are stored, as a `.conda` has them: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
export function zipStored(members: Readonly<Record<string, Buffer>>): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(members)) {
    const fields = memberFields(name, content);
    const head = Buffer.concat([bytes(4, 0x04034b50), fields, Buffer.from(name)]);
    const rest = [bytes(2, 0), bytes(2, 0), bytes(2, 0), bytes(4, 0), bytes(4, offset)];
    central.push(Buffer.concat([bytes(4, 0x02014b50), bytes(2, 20), fields, ...rest, Buffer.from(name)]));
    local.push(head, content);
    offset += head.length + content.length;
  }
  const size = central.reduce((sum, one) => sum + one.length, 0);
  const count = central.length;
  const end = [bytes(4, 0x06054b50), bytes(2, 0), bytes(2, 0), bytes(2, count), bytes(2, count)];
  return Buffer.concat([...local, ...central, ...end, bytes(4, size), bytes(4, offset), bytes(2, 0)]);
}

/** What the two headers of a member share: version, flags, method, time, date, CRC, sizes, lengths. */
function memberFields(name: string, content: Buffer): Buffer {
  const sizes = [bytes(4, content.length), bytes(4, content.length)];
  const plain = [bytes(2, 20), bytes(2, 0), bytes(2, 0), bytes(2, 0), bytes(2, 0x21)];
  return Buffer.concat([...plain, bytes(4, crc32(content)), ...sizes, bytes(2, name.length), bytes(2, 0)]);
}

function bytes(length: 2 | 4, value: number): Buffer {
  const buffer = Buffer.alloc(length);
  buffer.writeUIntLE(value, 0, length);
  return buffer;
}

/** Node has one from 22.2 on. */
function crc32(content: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of content) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
