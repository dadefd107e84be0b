import { createHash } from 'node:crypto';
import type { Digest } from './types.ts';

/** https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests; only SHA-256 is used here. */
const DIGEST = /^sha256:[0-9a-f]{64}$/;

export function isDigest(text: unknown): text is Digest {
  return typeof text === 'string' && DIGEST.test(text);
}

/** Of bytes, or of the UTF-8 form of a text. */
export function sha256(content: Uint8Array | string): Digest {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

export interface Hasher {
  update(content: Uint8Array | string): void;
  /** Ends the hash; nothing may be added afterwards. */
  digest(): Digest;
}

/** For bytes that come in pieces. */
export function hasher(): Hasher {
  const hash = createHash('sha256');
  return {
    update(content) {
      hash.update(content);
    },
    digest() {
      return `sha256:${hash.digest('hex')}`;
    },
  };
}
