import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../src/oci/digest.ts';
import type { Descriptor } from '../../src/oci/types.ts';
import { compareIndexes } from '../../src/verify/compare-indexes.ts';
import { printDifference } from '../../src/verify/difference.ts';
import { reportIndex } from '../../src/verify/report.ts';

function entry(architecture: string, content = architecture): Descriptor {
  return { mediaType: 'm', digest: sha256(content), size: 1, platform: { os: 'linux', architecture } };
}

const ANNOTATIONS = new Map([['dev.jobimg.id', 'sha256:1']]);
const BOTH = { manifests: [entry('amd64'), entry('arm64')], annotations: ANNOTATIONS };

describe('two indexes', () => {
  it('differ by the image of a platform', () => {
    const published = { ...BOTH, manifests: [entry('amd64'), entry('arm64', 'other')] };

    expect(compareIndexes(published, BOTH).map(printDifference)).toEqual([
      `linux/arm64: digest was ${sha256('other')}, and is ${sha256('arm64')} now`,
    ]);
  });

  it('differ by a platform that one of them has not', () => {
    const published = { ...BOTH, manifests: [entry('amd64')] };

    expect(compareIndexes(published, BOTH).map(printDifference)).toEqual([
      'linux/arm64 was not published, and comes out now',
    ]);
  });

  it('differ by what they say of themselves', () => {
    const published = { ...BOTH, annotations: new Map([...ANNOTATIONS, ['org.example', 'x']]) };

    expect(compareIndexes(published, BOTH).map(printDifference)).toEqual([
      'annotations.org.example was published, and does not come out now',
    ]);
  });

  it('with the same images in another order are told to be so', () => {
    const published = { ...BOTH, manifests: [...BOTH.manifests].reverse() };

    const [finding] = reportIndex('train-1', compareIndexes(published, BOTH));

    expect(finding).toMatchObject({
      code: 'image-differs',
      message: 'train-1: it has the same contents in other bytes',
    });
  });
});
