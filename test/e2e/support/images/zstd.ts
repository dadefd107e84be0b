import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import * as zlib from 'node:zlib';
import { ensureNode24 } from '../../../engine/machine/node24.ts';

const UNPACK = "process.stdin.pipe(require('node:zlib').createZstdDecompress()).pipe(process.stdout)";

/** Node has zstd from 22.15 on; an older one asks a newer one, because a bare machine has no `zstd`. */
export async function zstdUnpacked(packed: Buffer): Promise<Readable> {
  const node = 'createZstdDecompress' in zlib ? process.execPath : await ensureNode24();
  const child = spawn(node, ['-e', UNPACK], { stdio: ['pipe', 'pipe', 'inherit'] });
  Readable.from([packed]).pipe(child.stdin);
  return child.stdout;
}
