import type { HttpResponse } from '../io/http/fetch.ts';
import { CallError, repeatable } from '../io/http/retry.ts';
import type { Blob, Repository } from '../oci/types.ts';
import type { Call, Connection } from './connection.ts';
import { RegistryError } from './protocol/errors.ts';

/** As registries do it that have no mounts, or not of this: https://github.com/google/go-containerregistry/pull/1406 */
const MOUNT_REFUSED = new Set([400, 401, 403, 404, 405, 500, 501]);

/** Bytes per millisecond that a registry stores, at the slowest that is worth waiting for. */
const SLOWEST_STORE = (20 * 1024 * 1024) / 1000;

/** Bytes that take longer to send than a request. */
const WORTH_A_LOOK = 4 * 1024 * 1024;

/** Where a started upload goes on. */
interface Upload {
  readonly location: URL;
}

/**
 * One blob into a repository, unless it is there already.
 * https://github.com/opencontainers/distribution-spec/blob/main/spec.md#mounting-a-blob-from-another-repository with the
 * same repository asks whether the blob is there and starts an upload when it is not, in one request.
 */
export async function uploadBlob(connection: Connection, to: Repository, blob: Blob): Promise<void> {
  await connection.retrying({ repository: to, actions: 'pull,push' }, async () => {
    const upload = await startUpload(connection, to, blob);
    if (upload === undefined) return;
    // Where nothing is mounted the upload was started all the same, and is left to end by itself.
    if (blob.size >= WORTH_A_LOOK && (await isThere(connection, to, blob))) return;
    await sendBlob(connection, to, blob, upload);
  });
}

async function sendBlob(connection: Connection, to: Repository, blob: Blob, upload: Upload): Promise<void> {
  try {
    await finishUpload(connection, to, blob, upload);
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (!(await arrived(connection, to, blob, error))) throw restartable(error);
  }
}

/** undefined: the blob is there already. */
async function startUpload(connection: Connection, to: Repository, blob: Blob): Promise<Upload | undefined> {
  const response = await mountOrStart(connection, to, blob);
  return response.status === 201 ? undefined : { location: locationOf(response, to) };
}

/** A mount that is not understood, or refused because the repository does not exist yet, is no reason not to upload. */
async function mountOrStart(connection: Connection, to: Repository, { digest }: Blob): Promise<HttpResponse> {
  const subject = `uploads of ${to.path}`;
  const query = new URLSearchParams({ mount: digest, from: to.path });
  try {
    return await connection.once(startCall(to, subject, `blobs/uploads/?${query}`));
  } catch (error) {
    if (!(error instanceof RegistryError && MOUNT_REFUSED.has(error.status))) throw error;
    return connection.once(startCall(to, subject, 'blobs/uploads/'));
  }
}

/** Starts an upload, or mounts a blob: 201 where it is there, 202 where it is to be sent. */
export function startCall(to: Repository, subject: string, path: string): Call {
  return { method: 'POST', repository: to, subject, to: path, actions: 'pull,push', expect: [201, 202] };
}

async function finishUpload(
  connection: Connection,
  to: Repository,
  blob: Blob,
  { location }: Upload,
): Promise<void> {
  const { digest, size } = blob;
  const response = await connection.once({
    method: 'PUT',
    repository: to,
    subject: `blob ${to.path}@${digest}`,
    to: withDigest(location, digest),
    actions: 'pull,push',
    headers: { 'content-type': 'application/octet-stream' },
    body: { size, open: () => blob.open() },
    expect: [200, 201, 204],
  });
  const said = response.headers.get('docker-content-digest');
  if (said === undefined || said === digest || !said.startsWith('sha256:')) return;
  throw new CallError(
    `PUT blob ${to.path}@${digest} at ${to.registry}: the registry stored ${JSON.stringify(said)}`,
    {
      code: 'wrong-digest',
      repeat: { most: 2 },
    },
  );
}

/** Added to the text: writing the query anew could break a signature in it. */
function withDigest(location: URL, digest: string): URL {
  const url = new URL(location);
  url.search = `${url.search === '' ? '?' : `${url.search}&`}digest=${encodeURIComponent(digest)}`;
  return url;
}

/** Where an upload goes on: https, or http at the host of the registry itself; throws for anything else. */
export function locationOf({ headers, url }: HttpResponse, { registry, path }: Repository): URL {
  const location = headers.get('location');
  const next =
    location !== undefined && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  const safe =
    next?.protocol === 'https:' ||
    (next?.protocol === 'http:' && next.hostname === url.hostname && url.protocol === 'http:');
  if (next !== undefined && safe) return next;
  throw new CallError(
    `POST uploads of ${path} at ${registry}: the registry names no place for the upload, or one that is not https`,
    {
      code: 'bad-answer',
      hint: 'behind a proxy, the registry must know that it is reached by https',
    },
  );
}

/**
 * After an unclear end the blob may be there all the same, or come while the registry is still storing it: a proxy in
 * front of it gives up sooner. Sending it again takes longer than looking for it.
 */
async function arrived(
  connection: Connection,
  to: Repository,
  blob: Blob,
  error: CallError,
): Promise<boolean> {
  if (!isUnclear(error)) return false;
  const { clock } = connection;
  const end = clock.now() + (error.repeat === undefined ? 0 : blob.size / SLOWEST_STORE);
  for (let wait = 1000; ; wait *= 2) {
    if (await isThere(connection, to, blob)) return true;
    if (clock.now() + wait > end) return false;
    await clock.sleep(wait);
  }
}

/**
 * An answer that was lost, or that says no because another client was first with the same blob, as Nexus does:
 * https://github.com/sonatype/nexus-public/issues/967
 */
function isUnclear(error: CallError): boolean {
  if (!(error instanceof RegistryError)) return error.repeat !== undefined;
  if (error.status === 429) return false;
  return error.repeat !== undefined || error.says('BLOB_UPLOAD_INVALID');
}

/** Only a clear yes counts. */
async function isThere(connection: Connection, to: Repository, { digest, size }: Blob): Promise<boolean> {
  try {
    const response = await connection.once({
      method: 'HEAD',
      repository: to,
      subject: `blob ${to.path}@${digest}`,
      to: `blobs/${digest}`,
      actions: 'pull,push',
      expect: [200, 404],
    });
    return response.status === 200 && response.headers.get('content-length') === String(size);
  } catch (failure) {
    if (failure instanceof CallError) return false;
    throw failure;
  }
}

/** An upload that is gone, out of step or garbled is started anew. */
function restartable(error: CallError): CallError {
  if (!(error instanceof RegistryError)) return error;
  if ([404, 409, 416].includes(error.status)) return repeatable(error, { most: 3 });
  if (error.says('DIGEST_INVALID')) return repeatable(error, { most: 2 });
  return error;
}
