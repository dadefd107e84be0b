import { idOf } from '../oci/canonical.ts';
import { CUT_GENERATOR, GENERATOR, OWN_GENERATOR } from './id-inputs.ts';
import type { InputsAnnotation } from './inputs-annotation.ts';

/** With which numbers of the generator a release builds: what it makes of a spec depends on them. */
export interface Generators {
  /** As a person names it. */
  readonly release: string;
  /** For environments with a Dockerfile of ours. */
  readonly generated: number;
  /** For those with a user's own. */
  readonly own: number;
  /** For job images whose code is in several layers. */
  readonly cut: number;
}

/** A row is added with each number that is raised: it tells who can build an earlier image again. */
export const GENERATORS: readonly Generators[] = [
  { release: 'v1', generated: GENERATOR, own: OWN_GENERATOR, cut: CUT_GENERATOR },
];

/** Numbers above this are no release's. */
const HIGHEST = 1_000;

/** The number of the generator that an image carries as a hash; undefined where it carries none that is known. */
export function generatorOf(inputs: InputsAnnotation | undefined): number | undefined {
  const hash = inputs?.get('generator');
  if (hash === undefined) return undefined;
  for (let number = 1; number <= HIGHEST; number++) {
    if (idOf(number).startsWith(`sha256:${hash}`)) return number;
  }
  return undefined;
}
