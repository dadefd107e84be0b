import { Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { createUnzstd, type NewerZlib } from '../../src/registry/zstd.ts';

/** `x` and `y`, each as a frame of its own, as layers made in parallel have several. */
const X = 'KLUv/SABCQAAeA==';
const Y = 'KLUv/SABCQAAeQ==';

function bytesOf(...frames: readonly string[]): Buffer {
  return Buffer.concat(frames.map((frame) => Buffer.from(frame, 'base64')));
}

async function unpacked(bytes: Uint8Array, through: Transform): Promise<string> {
  const chunks: Buffer[] = [];
  // Byte by byte: frames do not end where reads do.
  const stream = Readable.from([...bytes].map((byte) => Uint8Array.of(byte))).compose(through);
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString();
}

describe.each([
  ['that has zstd', zlib as NewerZlib],
  ['of before 22.15', {}],
])('with a Node %s', (_, node) => {
  it('a frame is unpacked', async () => {
    expect(await unpacked(bytesOf(X), createUnzstd(node))).toBe('x');
  });

  it('several frames are unpacked one after the other', async () => {
    expect(await unpacked(bytesOf(X, Y), createUnzstd(node))).toBe('xy');
  });

  it('bytes that are something else are an error', async () => {
    await expect(unpacked(Buffer.from('not packed at all'), createUnzstd(node))).rejects.toThrow();
  });
});
