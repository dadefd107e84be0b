import type { Finding } from '../errors.ts';
import type { ImageFacts, TargetFacts } from './facts.ts';

/** What is known of an image and a place, and whether they go together; undefined: it cannot be told. */
export interface FitAnswer {
  readonly reference: string;
  readonly image: ImageFacts;
  readonly targets: readonly TargetFacts[];
  readonly findings: readonly Finding[];
  readonly fits: boolean | undefined;
}
