import { CallError, repeatable } from '../io/http/retry.ts';
import { referrersTag } from '../oci/referrer.ts';
import { type Descriptor, type Digest, type Image, MEDIA_TYPE } from '../oci/types.ts';
import { type Connection, nameOf } from './connection.ts';
import { readDocument } from './documents.ts';
import { getDocument, MANIFEST_LIMIT } from './manifests.ts';
import { missesPart } from './tag.ts';

/** Of registries that do not know the path. */
const NO_REFERRERS: readonly number[] = [404, 405, 501];
const MOST_PAGES = 100;
/** As long as a registry may take to show a blob that it took. */
const CONSISTENT_TRIES = 6;

/**
 * Puts the manifest of an artifact under its digest; true when the registry says that it lists it from now on:
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pushing-manifests-with-subject
 */
export async function putArtifact(
  connection: Connection,
  subject: Image,
  { digest, bytes }: { readonly digest: Digest; readonly bytes: Uint8Array },
): Promise<boolean> {
  const { registry, path } = subject;
  const call = {
    method: 'PUT',
    repository: { registry, path },
    subject: `manifest ${path}@${digest}`,
    to: `manifests/${digest}`,
    actions: 'pull,push',
    headers: { 'content-type': MEDIA_TYPE.manifest },
    body: { size: bytes.length, open: () => once(bytes) },
    expect: [200, 201, 202],
  } as const;
  return connection.retrying(call, async () => {
    try {
      const { headers } = await connection.once(call);
      return headers.get('oci-subject') === subject.digest;
    } catch (error) {
      throw missesPart(error) ? repeatable(error, { most: CONSISTENT_TRIES }) : error;
    }
  });
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}

/**
 * The artifacts about an image: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-referrers
 * A registry that has no such list has an index under a tag instead, or none.
 */
export async function listReferrers(connection: Connection, subject: Image): Promise<readonly Descriptor[]> {
  return (await listed(connection, subject)) ?? (await listedByTag(connection, subject));
}

/** undefined: the registry has no such list. */
async function listed(connection: Connection, subject: Image): Promise<readonly Descriptor[] | undefined> {
  const found: Descriptor[] = [];
  let to: string | URL | undefined = `referrers/${subject.digest}`;
  for (let page = 0; to !== undefined; page += 1) {
    if (page === MOST_PAGES) throw new CallError(`the list of referrers of ${subject.digest} has no end`);
    const read = await readPage(connection, subject, to);
    if (read === undefined) return page === 0 ? undefined : found;
    found.push(...read.manifests);
    to = read.next;
  }
  return found;
}

interface Page {
  readonly manifests: readonly Descriptor[];
  readonly next: URL | undefined;
}

async function readPage(
  connection: Connection,
  { registry, path, digest }: Image,
  to: string | URL,
): Promise<Page | undefined> {
  const call = {
    method: 'GET',
    repository: { registry, path },
    subject: `referrers ${path}@${digest}`,
    to,
    actions: 'pull',
    headers: { accept: MEDIA_TYPE.index },
    expect: [200, ...NO_REFERRERS],
    limit: MANIFEST_LIMIT,
  } as const;
  const response = await connection.repeated(call);
  // What serves a page for every path has no list either.
  if (response.status !== 200 || !response.headers.get('content-type')?.startsWith(MEDIA_TYPE.index))
    return undefined;
  const document = readDocument(response, undefined, nameOf(call));
  const manifests = document.kind === 'index' ? document.content.manifests : [];
  return { manifests, next: nextOf(response.headers.get('link'), response.url) };
}

/** Another origin than the registry's own is no page of its list. */
export function nextOf(link: string | undefined, url: URL): URL | undefined {
  const [, target] = /<([^>]*)>\s*;[^,]*\brel="?next"?/i.exec(link ?? '') ?? [];
  if (target === undefined || !URL.canParse(target, url.href)) return undefined;
  const next = new URL(target, url);
  return next.origin === url.origin ? next : undefined;
}

async function listedByTag(
  connection: Connection,
  { registry, path, digest }: Image,
): Promise<readonly Descriptor[]> {
  const document = await getDocument(connection, { registry, path, tag: referrersTag(digest) });
  return document?.kind === 'index' ? document.content.manifests : [];
}
