/** Bytes of ELF files with fat binaries, as NVIDIA's tools write them. */

export interface FatImage {
  readonly kind: 'ptx' | 'cubin' | 'other';
  readonly capability: number;
  readonly flags?: number;
  /** Of the PTX. */
  readonly version?: readonly [major: number, minor: number];
  /** Bytes that follow the header; more may be claimed than there are. */
  readonly size?: number;
  readonly claimed?: bigint;
}

const KINDS = { ptx: 1, cubin: 2, other: 9 } as const;

function imageBytes({
  kind,
  capability,
  flags = 0x11,
  version = [0, 0],
  size = 8,
  claimed,
}: FatImage): Buffer {
  const head = Buffer.alloc(64);
  head.writeUInt16LE(KINDS[kind], 0);
  head.writeUInt16LE(0x101, 2);
  head.writeUInt32LE(64, 4);
  head.writeBigUInt64LE(claimed ?? BigInt(size), 8);
  head.writeUInt16LE(version[1], 24);
  head.writeUInt16LE(version[0], 26);
  head.writeUInt32LE(capability, 28);
  head.writeBigUInt64LE(BigInt(flags), 40);
  return Buffer.concat([head, Buffer.alloc(size, 7)]);
}

export function fatBinary(images: readonly FatImage[]): Buffer {
  const body = Buffer.concat(images.map(imageBytes));
  const head = Buffer.alloc(16);
  head.writeUInt32LE(0xba55ed50, 0);
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(16, 6);
  head.writeBigUInt64LE(BigInt(body.length), 8);
  return Buffer.concat([head, body]);
}

/** An ELF file of 64 bits with these sections. */
export function elf(sections: readonly (readonly [name: string, content: Buffer])[]): Buffer {
  const names = Buffer.from(`\0${[...sections.map(([name]) => name), '.shstrtab'].join('\0')}\0`);
  const all = [...sections, ['.shstrtab', names] as const];
  const contents = Buffer.concat(all.map(([, content]) => content));
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeBigUInt64LE(BigInt(64 + contents.length), 40);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(all.length, 60);
  header.writeUInt16LE(all.length - 1, 62);
  let at = 64;
  const table = all.map(([name, content]) => {
    const row = Buffer.alloc(64);
    row.writeUInt32LE(names.indexOf(`\0${name}\0`) + 1, 0);
    row.writeUInt32LE(1, 4);
    row.writeBigUInt64LE(BigInt(at), 24);
    row.writeBigUInt64LE(BigInt(content.length), 32);
    at += content.length;
    return row;
  });
  return Buffer.concat([header, contents, ...table]);
}
