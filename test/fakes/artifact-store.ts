import { createHash } from 'node:crypto';

export interface StoredArtifact {
  readonly name: string;
  readonly id: number;
  /** What the client said of it when it was whole; undefined: it is not. */
  readonly finalized: { readonly size: number; readonly hash: string } | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<{ [name: string]: string }>;
  readonly body: string;
}

interface Kept {
  readonly name: string;
  readonly id: number;
  readonly blocks: Map<string, Buffer>;
  content: readonly Buffer[] | undefined;
  finalized: StoredArtifact['finalized'];
}

export interface Finalizing {
  readonly name: string;
  readonly size: string;
  readonly hash: string;
}

const SIGNATURE = 's3cr3t+signature';

/**
 * What GitHub's service keeps of artifacts, and Azure's of their bytes. It believes nothing: names, signature, size and
 * hash are compared. Blocks of the same bytes are kept once, so that gigabytes of noughts take no memory.
 */
export class ArtifactStore {
  readonly artifacts = new Map<string, Kept>();
  readonly #bytes = new Map<string, Buffer>();

  create(name: string, origin: string): Answer {
    if (name === '' || /["*/:<>?\\|\r\n]/.test(name))
      return json(400, { msg: 'the artifact name is not valid' });
    if (this.artifacts.has(name))
      return json(409, { msg: 'an artifact with this name already exists on the workflow run' });
    const id = 4_000_000_001 + this.artifacts.size;
    this.artifacts.set(name, { name, id, blocks: new Map(), content: undefined, finalized: undefined });
    const signed = `${origin}/blobs/${id}?se=2030-01-01&sig=${encodeURIComponent(SIGNATURE)}`;
    return json(200, { ok: true, signed_upload_url: signed });
  }

  finalize({ name, size, hash }: Finalizing): Answer {
    const kept = this.artifacts.get(name);
    if (kept?.content === undefined) return json(404, { msg: 'no such artifact' });
    const hashed = createHash('sha256');
    for (const block of kept.content) hashed.update(block);
    const length = kept.content.reduce((sum, block) => sum + block.length, 0);
    if (size !== String(length) || hash !== `sha256:${hashed.digest('hex')}`)
      return json(400, { msg: 'these are not the bytes' });
    kept.finalized = { size: length, hash };
    return json(200, { ok: true, artifact_id: String(kept.id) });
  }

  block(url: URL, bytes: Buffer): Answer {
    const kept = this.#signed(url);
    kept?.blocks.set(url.searchParams.get('blockid') ?? '', this.#once(bytes));
    return kept === undefined ? azure(403, 'AuthenticationFailed') : azure(201);
  }

  commit(url: URL, list: string): Answer {
    const kept = this.#signed(url);
    if (kept === undefined) return azure(403, 'AuthenticationFailed');
    const names = [...list.matchAll(/<Latest>([^<]+)<\/Latest>/g)].map(([, name = '']) => name);
    const blocks = names.flatMap((name) => kept.blocks.get(name) ?? []);
    if (blocks.length !== names.length) return azure(400, 'InvalidBlockList');
    kept.content = blocks;
    return azure(201);
  }

  #signed({ pathname, searchParams }: URL): Kept | undefined {
    if (searchParams.get('sig') !== SIGNATURE) return undefined;
    return [...this.artifacts.values()].find(({ id }) => pathname === `/blobs/${id}`);
  }

  #once(bytes: Buffer): Buffer {
    const hash = createHash('sha256').update(bytes).digest('hex');
    const known = this.#bytes.get(hash) ?? bytes;
    this.#bytes.set(hash, known);
    return known;
  }
}

export function json(status: number, value: object): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

/** https://learn.microsoft.com/en-us/rest/api/storageservices/status-and-error-codes2 */
export function azure(status: number, code?: string): Answer {
  const headers = { 'x-ms-request-id': '1', 'x-ms-version': '2025-01-05' };
  if (code === undefined) return { status, headers: { ...headers, etag: '"1"' }, body: '' };
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  return {
    status,
    headers: { ...headers, 'content-type': 'application/xml', 'x-ms-error-code': code },
    body,
  };
}
