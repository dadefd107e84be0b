import { UserError } from '../errors.ts';
import { CallError } from '../io/http/retry.ts';
import { isDigest } from '../oci/digest.ts';
import { normalPlatform, printPlatform, withOlder } from '../oci/platform.ts';
import { printReference } from '../oci/reference.ts';
import {
  type Descriptor,
  type Digest,
  type ImageConfig,
  MEDIA_TYPE,
  type Platform,
  type Reference,
  type Repository,
} from '../oci/types.ts';
import type { Connection } from './connection.ts';
import { nameOf } from './connection.ts';
import { type Document, readConfig, readDocument, verified } from './documents.ts';
import type { RememberedDocuments } from './push/remembered.ts';

export const MANIFEST_LIMIT = 4 * 1024 * 1024;
const CONFIG_LIMIT = 8 * 1024 * 1024;
/** Of servers that answer GET alone. */
const NO_HEAD: readonly number[] = [405, 501];
const ACCEPT = [
  MEDIA_TYPE.index,
  MEDIA_TYPE.manifest,
  MEDIA_TYPE.dockerIndex,
  MEDIA_TYPE.dockerManifest,
].join(', ');

/**
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests ; undefined is 404. Where a
 * push is allowed, a tag that may not be read is one that is not there: some registries deny what does not exist.
 */
export async function getDocument(
  connection: Connection,
  reference: Reference,
): Promise<Document | undefined> {
  const { registry, path, digest, tag = 'latest' } = reference;
  const call = {
    method: 'GET',
    repository: { registry, path },
    subject: `manifest ${path}${digest === undefined ? `:${tag}` : `@${digest}`}`,
    to: `manifests/${digest ?? tag}`,
    actions: 'pull',
    headers: { accept: ACCEPT },
    limit: MANIFEST_LIMIT,
  } as const;
  return connection.retrying(call, async () => {
    const missing = digest === undefined ? missingAt(connection, call.repository) : [404];
    const response = await connection.once({ ...call, expect: [200, ...missing] });
    return response.status === 200 ? readDocument(response, digest, nameOf(call)) : undefined;
  });
}

/** What stands under a tag, in one small answer where the registry gives one; undefined: nothing. */
export async function tagDigest(
  connection: Connection,
  repository: Repository,
  tag: string,
): Promise<Digest | undefined> {
  const response = await connection.once({
    method: 'HEAD',
    repository,
    subject: `manifest ${repository.path}:${tag}`,
    to: `manifests/${tag}`,
    actions: 'pull',
    headers: { accept: ACCEPT },
    expect: [200, ...NO_HEAD, ...missingAt(connection, repository)],
  });
  const digest = response.headers.get('docker-content-digest');
  if (response.status === 200 && isDigest(digest)) return digest;
  if (response.status !== 200 && !NO_HEAD.includes(response.status)) return undefined;
  return (await getDocument(connection, { ...repository, tag }))?.digest;
}

/** Statuses of a tag that does not exist. */
function missingAt(connection: Connection, repository: Repository): readonly number[] {
  return connection.mayPush(repository) ? [401, 403, 404] : [404];
}

/** Only a clear yes counts. */
export async function hasManifest(
  connection: Connection,
  repository: Repository,
  digest: Digest,
): Promise<boolean> {
  try {
    const response = await connection.once({
      method: 'HEAD',
      repository,
      subject: `manifest ${repository.path}@${digest}`,
      to: `manifests/${digest}`,
      actions: 'pull',
      headers: { accept: ACCEPT },
      expect: [200, 404],
    });
    return response.status === 200;
  } catch (error) {
    if (error instanceof CallError) return false;
    throw error;
  }
}

/** https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-blobs */
export async function getConfig(
  connection: Connection,
  repository: Repository,
  { digest, size }: Descriptor,
  remembered?: RememberedDocuments,
): Promise<ImageConfig> {
  const call = {
    method: 'GET',
    repository,
    subject: `config ${repository.path}@${digest}`,
    to: `blobs/${digest}`,
    actions: 'pull',
    expect: [200],
    limit: Math.min(CONFIG_LIMIT, size),
  } as const;
  const known = remembered?.config(digest);
  if (known !== undefined) return readConfig(known, nameOf(call));
  return connection.retrying(call, async () => {
    const response = await connection.once(call);
    verified(response, digest, nameOf(call));
    remembered?.keepConfig(digest, response.body);
    return readConfig(response.body, nameOf(call));
  });
}

/** The image of an index that runs on a platform; a variant is only compared when one is asked for. */
export function choosePlatform(
  index: Document & { readonly kind: 'index' },
  wanted: Platform,
  reference: Reference,
): Digest {
  const images = index.content.manifests.filter(
    ({ platform }) => platform !== undefined && platform.os !== 'unknown',
  );
  const [found] = withOlder(wanted).flatMap((one) =>
    images.filter(({ platform }) => platform !== undefined && fits(platform, one)),
  );
  if (found !== undefined) return found.digest;
  throw noPlatform(
    reference,
    wanted,
    images.flatMap(({ platform }) => (platform === undefined ? [] : [printPlatform(platform)])),
  );
}

/** Whether an entry of an index is what was asked for; a variant that was not asked for is not compared. */
export function fits(there: Platform, wanted: Platform): boolean {
  const variant = wanted.variant === undefined || wanted.variant === normalPlatform(there).variant;
  return there.os === wanted.os && there.architecture === wanted.architecture && variant;
}

export function noPlatform(reference: Reference, wanted: Platform, there: readonly string[]): UserError {
  const listed = there.length === 0 ? 'none that can be run' : [...new Set(there)].slice(0, 12).join(', ');
  return new UserError(
    `the image "${printReference(reference)}" is not available for ${printPlatform(wanted)}`,
    {
      code: 'platform-missing',
      hint: `it is available for: ${listed}`,
    },
  );
}
