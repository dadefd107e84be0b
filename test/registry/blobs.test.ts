import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Digest } from '../../src/oci/types.ts';
import { digestOf, type FakeRegistry, startFakeRegistry } from '../fakes/registry-server.ts';
import { setUp } from './setup.ts';

const BYTES = Buffer.alloc(300_000, 'layer ');
const DIGEST = digestOf(BYTES) as Digest;

let fake: FakeRegistry;

beforeEach(async () => {
  fake = await startFakeRegistry({ auth: 'token' });
  fake.seed('acme/train', 'env-1', { layers: [BYTES] });
});

afterEach(async () => {
  await fake.close();
});

async function read({ digest = DIGEST, size = BYTES.length } = {}): Promise<Buffer> {
  const { registry, repository } = setUp(fake);
  const pieces: Uint8Array[] = [];
  const bytes = await registry.blob(repository, { mediaType: 'layer', digest, size });
  for await (const piece of bytes) pieces.push(piece);
  return Buffer.concat(pieces);
}

describe('a blob', () => {
  it('comes in pieces, all of it', async () => {
    expect((await read()).equals(BYTES)).toBe(true);
  });

  it('with other bytes than its digest says ends in an error', async () => {
    fake.state.blobs.set(`acme/train ${DIGEST}`, Buffer.alloc(300_000, 'other '));

    await expect(read()).rejects.toThrow(/the answer has the digest sha256:/);
  });

  it('that is larger than its descriptor says is not read to its end', async () => {
    await expect(read({ size: 1000 })).rejects.toThrow(/the answer is larger than 1000 bytes/);
  });

  it('that is not there is an error', async () => {
    await expect(read({ digest: digestOf('nothing') as Digest })).rejects.toThrow(/BLOB_UNKNOWN|404/);
  });
});
