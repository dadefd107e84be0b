import { createHash } from 'node:crypto';
import * as z from 'zod';
import { UserError } from '../errors.ts';
import type { HttpResponse } from '../io/http/fetch.ts';
import { CallError } from '../io/http/retry.ts';
import { isDigest, sha256 } from '../oci/digest.ts';
import { type Digest, type ImageConfig, type Index, type Manifest, MEDIA_TYPE } from '../oci/types.ts';

/** A manifest or index as the registry gave it; `bytes` are what the digest is about. */
export type Document = {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
} & (
  | { readonly kind: 'manifest'; readonly content: Manifest }
  | { readonly kind: 'index'; readonly content: Index }
);

const digest = z.custom<Digest>(isDigest, 'is not a sha256 digest');
const annotations = z.record(z.string(), z.string()).optional();
const descriptor = z.looseObject({ mediaType: z.string(), digest, size: z.int().nonnegative(), annotations });
const platform = z.looseObject({ os: z.string(), architecture: z.string(), variant: z.string().optional() });

const ManifestBody = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  config: descriptor,
  layers: z.array(descriptor).max(10_000),
  manifests: z.never().optional(),
  annotations,
});
const IndexBody = z.looseObject({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  manifests: z.array(descriptor.extend({ platform: platform.optional() })).max(10_000),
  layers: z.never().optional(),
  config: z.never().optional(),
  annotations,
});
const ConfigBody = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  variant: z.string().optional(),
  config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
  rootfs: z.looseObject({ type: z.literal('layers'), diff_ids: z.array(digest) }),
  history: z.array(z.looseObject({})).nullish(),
});

const MAX_DEPTH = 32;

/** Checks an answer's bytes against the digest asked for and the one the registry says; wrong bytes may come right once. */
export function verified({ body, headers }: HttpResponse, asked: Digest | undefined, call: string): Digest {
  const actual = sha256(body);
  if (asked !== undefined && actual !== asked) throw mismatch(call, asked, actual);
  const said = headers.get('docker-content-digest');
  if (said !== undefined && !isDigestOf(said, body)) throw mismatch(call, said, actual);
  return actual;
}

function isDigestOf(said: string, bytes: Uint8Array): boolean {
  const [algorithm = '', hex] = said.trim().split(':');
  return (
    ['sha256', 'sha512'].includes(algorithm) && createHash(algorithm).update(bytes).digest('hex') === hex
  );
}

function mismatch(call: string, expected: string, actual: Digest): CallError {
  const shown = JSON.stringify(expected.slice(0, 140));
  return new CallError(`${call}: the answer has the digest ${actual} and should have ${shown}`, {
    code: 'wrong-digest',
    hint: 'something between this machine and the registry changes what it serves, or the registry is damaged',
    repeat: { most: 2 },
  });
}

/**
 * An image manifest or an index, whose digest is that of the bytes; throws for anything else, and for other bytes
 * than were asked for.
 */
export function readDocument(response: HttpResponse, asked: Digest | undefined, call: string): Document {
  const common = { digest: verified(response, asked, call), bytes: response.body };
  const body = readJson(response.body, call);
  const index = IndexBody.safeParse(body);
  if (index.success) {
    const mediaType = mediaTypeOf(response, index.data, MEDIA_TYPE.index);
    return { ...common, kind: 'index', mediaType, content: body as Index };
  }
  const manifest = ManifestBody.safeParse(body);
  if (!manifest.success) throw unreadable(call, 'is not an image manifest or index of schema version 2');
  const mediaType = mediaTypeOf(response, manifest.data, MEDIA_TYPE.manifest);
  return { ...common, kind: 'manifest', mediaType, content: body as Manifest };
}

/** What the document says of itself is in its digest, so it counts first. */
function mediaTypeOf(
  { headers }: HttpResponse,
  { mediaType }: { readonly mediaType?: string | undefined },
  otherwise: string,
): string {
  const served = headers.get('content-type')?.split(';')[0]?.trim();
  return mediaType ?? (served?.startsWith('application/vnd.') ? served : otherwise);
}

/** Docker writes `null` for what is empty. */
export function readConfig(bytes: Uint8Array, call: string): ImageConfig {
  const body = readJson(bytes, call);
  const parsed = ConfigBody.safeParse(body);
  if (!parsed.success) throw unreadable(call, 'is not an image config');
  return withoutNulls(body as ImageConfig);
}

function withoutNulls(config: ImageConfig): ImageConfig {
  const entries = Object.entries(config).filter(([, value]) => value !== null);
  const inner = Object.entries(config.config ?? {}).filter(([, value]) => value !== null);
  const cleaned = Object.fromEntries(entries) as unknown as ImageConfig;
  return cleaned.config === undefined ? cleaned : { ...cleaned, config: Object.fromEntries(inner) };
}

function readJson(bytes: Uint8Array, call: string): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    assertShallow(text, call);
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unreadable(call, 'is not valid JSON', error);
  }
}

/** Counted before parsing, so that nothing deep is ever built. */
function assertShallow(text: string, call: string): void {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') depth += 1;
    if (token === ']' || token === '}') depth -= 1;
    if (depth > MAX_DEPTH) throw unreadable(call, `is nested deeper than ${MAX_DEPTH} levels`);
  }
}

function unreadable(call: string, why: string, cause?: unknown): CallError {
  return new CallError(`${call}: the answer ${why}`, { code: 'bad-answer', repeat: { most: 2 }, cause });
}
