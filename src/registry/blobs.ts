import { CallError } from '../io/http/retry.ts';
import { hasher } from '../oci/digest.ts';
import type { Descriptor, Repository } from '../oci/types.ts';
import { type Connection, nameOf } from './connection.ts';

/**
 * The bytes of a blob of any size: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-blobs
 * They are compared with the digest while they pass; who reads them to their end has the right ones.
 */
export async function getBlob(
  connection: Connection,
  repository: Repository,
  { digest, size }: Descriptor,
): Promise<AsyncIterable<Uint8Array>> {
  const call = {
    method: 'GET',
    repository,
    subject: `blob ${repository.path}@${digest}`,
    to: `blobs/${digest}`,
    actions: 'pull',
    expect: [200],
    limit: size,
    stream: true,
  } as const;
  const { stream } = await connection.repeated(call);
  if (stream === undefined) throw new Error(`${nameOf(call)}: no stream was given`);
  return checked(stream, digest, nameOf(call));
}

async function* checked(
  bytes: AsyncIterable<Uint8Array>,
  digest: Descriptor['digest'],
  call: string,
): AsyncGenerator<Uint8Array> {
  const sum = hasher();
  for await (const chunk of bytes) {
    sum.update(chunk);
    yield chunk;
  }
  const actual = sum.digest();
  if (actual === digest) return;
  throw new CallError(`${call}: the answer has the digest ${actual}`, {
    code: 'wrong-digest',
    hint: 'something between this machine and the registry changes what it serves, or the registry is damaged',
  });
}
