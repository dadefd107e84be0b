import { printPlatform } from '../oci/platform.ts';
import type { Descriptor } from '../oci/types.ts';
import type { Difference } from './difference.ts';

export interface IndexSide {
  readonly manifests: readonly Descriptor[];
  readonly annotations: ReadonlyMap<string, string>;
}

/** Which images two indexes hold for a platform, and what they say of themselves; none: only their order or spelling differs. */
export function compareIndexes(published: IndexSide, rebuilt: IndexSide): readonly Difference[] {
  return [
    ...compareMaps(digestsOf(published), digestsOf(rebuilt), 'digest', ''),
    ...compareMaps(published.annotations, rebuilt.annotations, 'value', 'annotations.'),
  ];
}

function digestsOf({ manifests }: IndexSide): ReadonlyMap<string, string> {
  return new Map(
    manifests.map(({ platform, digest }) => [
      platform === undefined ? `manifest ${digest}` : printPlatform(platform),
      digest,
    ]),
  );
}

function compareMaps(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  attribute: string,
  prefix: string,
): readonly Difference[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => ({
      place: `${prefix}${name}`,
      attribute,
      published: before.get(name),
      rebuilt: after.get(name),
    }));
}
