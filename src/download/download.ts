import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { UserError } from '../errors.ts';
import type { Clock } from '../io/clock.ts';
import type { Fetch, HttpResponse } from '../io/http/fetch.ts';
import { CallError, LONG_PATIENCE, retryAfter, retrying } from '../io/http/retry.ts';
import type { InputFile } from '../jobspec/job/data.ts';
import type { InputCache } from './cache.ts';
import type { LocalFile } from './input-file.ts';

export interface DownloadOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** For files whose SHA-256 the spec gives. */
  readonly cache: InputCache;
  /** A path for a file that this process alone uses. */
  temporary(): string;
  /** Hosts of this machine, with their port, that the operator lets inputs come from. */
  readonly localHosts: readonly string[];
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A larger one belongs on a disk that is mounted. */
const MOST_BYTES = 100 * 1024 ** 3;
const LONGEST = 6 * 3_600_000;
const GRACE = 30_000;
/** Bytes per millisecond. */
const SLOWEST = 1024 / 1000;

type Remote = InputFile & { readonly from: { readonly url: string } };

/** The file that an input names, whole and as it was promised; nothing is sent with the request that says who asks. */
export async function download(input: Remote, options: DownloadOptions): Promise<LocalFile> {
  const { name, sha256 } = input;
  const { cache, clock, log, signal } = options;
  const kept = sha256 === undefined ? undefined : await cache.find(sha256);
  if (kept !== undefined) {
    log(`input ${name}: ${shownSize(kept.size)}, kept from an earlier run`);
    return kept;
  }
  const path = sha256 === undefined ? options.temporary() : await cache.partial();
  try {
    const file = await retrying({ clock, log, signal, patience: LONG_PATIENCE }, () =>
      attempt(input, path, options),
    );
    checkHash(input, file);
    log(`input ${name}: ${shownSize(file.size)}${sha256 === undefined ? `, sha256 ${file.sha256}` : ''}`);
    return sha256 === undefined ? file : await cache.keep(file);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

function checkHash({ name, sha256, location }: Remote, file: LocalFile): void {
  if (sha256 === undefined || sha256 === file.sha256) return;
  throw new UserError(
    `the input "${name}" is not the expected file: its SHA-256 is ${file.sha256}, not ${sha256}`,
    {
      code: 'input-sha256',
      hint: 'check the address; if the file was meant to change, write its new "sha256"',
      location,
    },
  );
}

async function attempt(input: Remote, path: string, options: DownloadOptions): Promise<LocalFile> {
  const url = new URL(input.from.url);
  const local = options.localHosts.includes(url.host);
  const call = `GET ${url.origin}${url.pathname}`;
  const response = await options.fetch({
    method: 'GET',
    url,
    limit: MOST_BYTES,
    stream: true,
    call,
    ...(local ? {} : { reach: 'network' as const }),
  });
  if (response.status !== 200 || response.stream === undefined) throw refused(response, call, input);
  const size = Number(response.headers.get('content-length') ?? 0);
  if (size > MOST_BYTES) {
    await response.stream[Symbol.asyncIterator]().return?.();
    throw tooLarge(input, size);
  }
  return await write(response.stream, path, call, options.clock);
}

function tooLarge({ name, location }: Remote, size: number): UserError {
  return new UserError(
    `the input "${name}" has ${shownSize(size)}, and a file that is fetched has at most ${shownSize(MOST_BYTES)}`,
    { code: 'input', hint: 'put it on a disk of the machine, and name it in `mounts`', location },
  );
}

async function write(
  bytes: AsyncIterable<Uint8Array>,
  path: string,
  call: string,
  clock: Clock,
): Promise<LocalFile> {
  const hash = createHash('sha256');
  const start = clock.now();
  let size = 0;
  const file = await open(path, 'w', 0o600);
  try {
    for await (const chunk of bytes) {
      hash.update(chunk);
      size += chunk.length;
      await file.writeFile(chunk);
      const time = clock.now() - start;
      if (time > LONGEST || (time > GRACE && size < time * SLOWEST)) {
        throw new CallError(`${call}: the file arrives too slowly`, { code: 'unreachable', repeat: {} });
      }
    }
  } finally {
    await file.close();
  }
  return { path, size, sha256: hash.digest('hex') };
}

function refused({ status, headers }: HttpResponse, call: string, { name }: Remote): CallError {
  const message = `${call}: the server answers ${status}`;
  if (status === 401 || status === 403) {
    return new CallError(message, {
      kind: 'input',
      code: 'input',
      hint: `the input "${name}" is fetched without credentials: give a signed address, or fetch it in "run" with a secret`,
    });
  }
  if (status === 429 || status >= 500) {
    return new CallError(message, { code: 'unreachable', repeat: { after: retryAfter(headers) } });
  }
  return new CallError(message, {
    kind: 'input',
    code: 'input',
    hint: `check the address of the input "${name}"`,
  });
}

function shownSize(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB'];
  const power = Math.min(3, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  return power === 0 ? `${bytes} bytes` : `${(bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
