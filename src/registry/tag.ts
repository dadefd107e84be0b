import { CallError } from '../io/retry.ts';
import { sha256 } from '../oci/digest.ts';
import type { Digest, Repository } from '../oci/types.ts';
import type { Connection } from './connection.ts';
import type { Document } from './documents.ts';
import { RegistryError } from './errors.ts';

/** A manifest that is to stand under a tag. */
export interface Tagging {
  readonly to: Repository;
  readonly tag: string;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** What may be written over. */
  readonly replaces: Digest | undefined;
  readonly until: number;
}

/** What stands under the tag, asked now. */
export type Look = () => Promise<Document | undefined>;

const CONSISTENT_WITHIN = 15_000;

/**
 * Puts the manifest under the tag in one atomic request, unless another image stands there: then that one is returned.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests
 */
export async function putTag(
  connection: Connection,
  tagging: Tagging,
  look: Look,
): Promise<Document | undefined> {
  const call = putCall(tagging);
  return connection.retrying(tagging.until, async () => {
    try {
      const { headers } = await connection.once(call);
      return await confirmed(connection, tagging, headers.get('docker-content-digest'), look);
    } catch (error) {
      if (!isUnclear(error)) throw error;
      return afterUnclearEnd(tagging, look, error);
    }
  });
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
    expect: [200, 201],
  } as const;
}

/** The answer lost, or a tag that cannot be written twice: what stands there now decides. A 429 did nothing. */
function isUnclear(error: unknown): error is CallError {
  if (!(error instanceof CallError)) return false;
  if (!(error instanceof RegistryError)) return error.repeat !== undefined;
  return error.status !== 429 && (error.repeat !== undefined || [400, 409, 412].includes(error.status));
}

async function afterUnclearEnd(
  { bytes, replaces }: Tagging,
  look: Look,
  error: CallError,
): Promise<Document | undefined> {
  const there = await look();
  if (there?.digest === sha256(bytes)) return undefined;
  if (there !== undefined && there.digest !== replaces) return there;
  throw error;
}

/** The registry's own word for the digest is the check; without it the tag is read, for a while when it is not there yet. */
async function confirmed(
  { clock }: Connection,
  { to, tag, bytes }: Tagging,
  said: string | undefined,
  look: Look,
): Promise<Document | undefined> {
  const ours = sha256(bytes);
  if (said === ours) return undefined;
  if (said?.startsWith('sha256:')) {
    throw new CallError(
      `the manifest pushed as "${to.path}:${tag}" to ${to.registry} became ${JSON.stringify(said.slice(0, 140))}`,
      { code: 'wrong-digest' },
    );
  }
  const end = clock.now() + CONSISTENT_WITHIN;
  for (let wait = 500; ; wait *= 2) {
    const there = await look();
    if (there !== undefined) return there.digest === ours ? undefined : there;
    if (clock.now() + wait > end) break;
    await clock.sleep(wait);
  }
  throw new CallError(`the manifest was pushed as "${to.path}:${tag}" to ${to.registry}, and is not there`, {
    code: 'push-lost',
  });
}
