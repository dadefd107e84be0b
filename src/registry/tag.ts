import { CallError, hinted, repeatable } from '../io/http/retry.ts';
import { sha256 } from '../oci/digest.ts';
import type { Digest, Repository } from '../oci/types.ts';
import type { Connection } from './connection.ts';
import { tagDigest } from './manifests.ts';
import { RegistryError } from './protocol/errors.ts';
import { IMMUTABLE_HINT } from './protocol/hint.ts';

/** A manifest that is to stand under a tag. */
export interface Tagging {
  readonly to: Repository;
  readonly tag: string;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** What may be written over. */
  readonly replaces: Digest | undefined;
  /** Whoever writes this tag writes these bytes. */
  readonly isSameForAll: boolean;
  /** Of some parts nobody asked: one that the registry misses is lost, and not on its way. */
  readonly isUnasked?: boolean;
}

/** How long a registry may take until it shows what it took: a blob to a manifest, a tag to a reader. */
export const CONSISTENT_WITHIN = 15_000;
/** As long as that, by the waits between the tries. */
const CONSISTENT_TRIES = 6;

/**
 * Puts the manifest under the tag in one atomic request, unless another image stands there: then its digest is
 * returned. A registry knows no "only when nobody else did", so the tag is looked at right before and right after;
 * where all write the same there is nothing to see.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
 */
export async function putTag(connection: Connection, tagging: Tagging): Promise<Digest | undefined> {
  return connection.retrying({ repository: tagging.to, actions: 'pull,push' }, async () => {
    const there = tagging.isSameForAll ? 'free' : await observe(connection, tagging);
    return there === 'free' ? put(connection, tagging) : otherIn(there);
  });
}

async function put(connection: Connection, tagging: Tagging): Promise<Digest | undefined> {
  try {
    const { headers } = await connection.once(putCall(tagging));
    return await confirmed(connection, tagging, headers.get('docker-content-digest'));
  } catch (error) {
    if (missesPart(error)) throw missed(error, tagging);
    if (!isConflict(error)) throw error;
    // Somebody else was first, or an answer of ours was lost.
    const there = await observe(connection, tagging);
    if (there !== 'free') return otherIn(there);
    // Uploads were allowed a moment ago: what is refused is this tag.
    const isRefused = tagging.replaces !== undefined && connection.mayPush(tagging.to);
    throw isRefused ? hinted(error, IMMUTABLE_HINT) : error;
  }
}

/** What was sent may come late; what was not is lost. */
function missed(error: RegistryError, { isUnasked }: Tagging): CallError {
  return isUnasked === true ? error : repeatable(error, { most: CONSISTENT_TRIES });
}

/** What stands under a tag: our image, nothing that may not be written over, or another image. */
type ObservedTag = 'ours' | 'free' | Digest;

async function observe(connection: Connection, { to, tag, bytes, replaces }: Tagging): Promise<ObservedTag> {
  const there = await tagDigest(connection, to, tag);
  if (there === sha256(bytes)) return 'ours';
  return there === undefined || there === replaces ? 'free' : there;
}

function otherIn(there: Exclude<ObservedTag, 'free'>): Digest | undefined {
  return there === 'ours' ? undefined : there;
}

function putCall({ to, tag, bytes, mediaType }: Tagging) {
  async function* open(): AsyncIterable<Uint8Array> {
    yield bytes;
  }
  return {
    method: 'PUT',
    repository: to,
    subject: `manifest ${to.path}:${tag}`,
    to: `manifests/${tag}`,
    actions: 'pull,push',
    headers: { 'content-type': mediaType },
    body: { size: bytes.length, open },
    expect: [200, 201, 202],
  } as const;
}

/** Parts that were sent and are not seen yet, or that are lost. */
export function missesPart(error: unknown): error is RegistryError {
  return (
    error instanceof RegistryError && error.says('MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN', 'MANIFEST_UNKNOWN')
  );
}

/** A tag that may not be written twice, in the ways in which registries say that. */
function isConflict(error: unknown): error is RegistryError {
  return error instanceof RegistryError && [400, 403, 405, 409, 412].includes(error.status);
}

/** A digest in the answer says that the manifest is stored; the tag is read all the same, where another client may have written it. */
async function confirmed(
  connection: Connection,
  tagging: Tagging,
  said: string | undefined,
): Promise<Digest | undefined> {
  const isStored = said === sha256(tagging.bytes);
  if (!isStored && said?.startsWith('sha256:')) throw becameOther(tagging, said);
  if (isStored && tagging.isSameForAll) return undefined;
  const { clock } = connection;
  const end = clock.now() + CONSISTENT_WITHIN;
  for (let wait = 500; ; wait *= 2) {
    const there = await observeAfterPut(connection, tagging, isStored);
    if (there !== 'free') return otherIn(there);
    if (clock.now() + wait > end) break;
    await clock.sleep(wait);
  }
  if (isStored) return undefined;
  const { to, tag } = tagging;
  throw new CallError(`the manifest was pushed as "${to.path}:${tag}" to ${to.registry}, and is not there`, {
    code: 'push-lost',
  });
}

/** What is stored needs no second look to be true. */
async function observeAfterPut(
  connection: Connection,
  tagging: Tagging,
  isStored: boolean,
): Promise<ObservedTag> {
  try {
    return await observe(connection, tagging);
  } catch (error) {
    if (isStored && error instanceof CallError) return 'ours';
    throw error;
  }
}

function becameOther({ to, tag }: Tagging, said: string): CallError {
  const shown = JSON.stringify(said.slice(0, 140));
  return new CallError(`the manifest pushed as "${to.path}:${tag}" to ${to.registry} became ${shown}`, {
    code: 'wrong-digest',
  });
}
