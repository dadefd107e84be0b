import type { Finding } from '../errors.ts';
import type { Digest } from '../oci/types.ts';

/** What came out when a published image was made again. */
export interface VerifiedImage {
  readonly tag: string;
  /** Of an image below an index. */
  readonly platform?: string | undefined;
  readonly published: Digest;
  readonly rebuilt: Digest;
  /** `packing`: the same contents in other bytes. */
  readonly verdict: 'same' | 'packing' | 'different';
  /** What differs; none for `same`. */
  readonly findings: readonly Finding[];
}

export interface Verified {
  /** Environment images before the images that stand on them. */
  readonly images: readonly VerifiedImage[];
  readonly findings: readonly Finding[];
}

/** The worst of all verdicts. */
export function verdictOf({ images }: Pick<Verified, 'images'>): VerifiedImage['verdict'] {
  const verdicts = images.map(({ verdict }) => verdict);
  return (['different', 'packing'] as const).find((verdict) => verdicts.includes(verdict)) ?? 'same';
}
