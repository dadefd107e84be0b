import { describe, expect, it } from '@jest/globals';
import { sha256 } from '../../src/oci/digest.ts';
import { type IndexEntry, makeIndex } from '../../src/oci/image-index.ts';
import type { Platform } from '../../src/oci/types.ts';

const TYPE = 'application/vnd.oci.image.manifest.v1+json';
const AMD64 = entry('amd64');
const ARM64 = entry('arm64');
const ANNOTATIONS = new Map([['dev.jobimg.id', 'sha256:1']]);

function entry(architecture: string): IndexEntry {
  return { mediaType: TYPE, digest: sha256(architecture), size: 7, platform: { os: 'linux', architecture } };
}

describe('an index', () => {
  it('is the same bytes whatever the order of its images', () => {
    const one = makeIndex([AMD64, ARM64], ANNOTATIONS);
    const other = makeIndex([ARM64, AMD64], ANNOTATIONS);

    expect(Buffer.from(one.manifest).toString()).toBe(Buffer.from(other.manifest).toString());
  });

  it('is canonical, with nothing in it but images, platforms and our annotations', () => {
    const { manifest, mediaType, blobs } = makeIndex([ARM64], ANNOTATIONS);

    expect(Buffer.from(manifest).toString()).toBe(
      `{"annotations":{"dev.jobimg.id":"sha256:1"},"manifests":[{"digest":"${ARM64.digest}","mediaType":"${TYPE}","platform":{"architecture":"arm64","os":"linux"},"size":7}],"mediaType":"${mediaType}","schemaVersion":2}`,
    );
    expect(blobs).toEqual([]);
  });

  it('is sorted by platform, with the variant of each', () => {
    const variants = ['v7', 'v6'].map((variant) => ({
      ...entry('arm'),
      platform: { os: 'linux', architecture: 'arm', variant },
    }));

    const { manifest } = makeIndex([...variants, ARM64, AMD64], new Map());

    expect(
      JSON.parse(Buffer.from(manifest).toString()).manifests.map(
        ({ platform }: { readonly platform: Platform }) => platform,
      ),
    ).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm', variant: 'v6' },
      { os: 'linux', architecture: 'arm', variant: 'v7' },
      { os: 'linux', architecture: 'arm64' },
    ]);
  });

  it('takes over nothing else that a descriptor says', () => {
    const more = { ...ARM64, annotations: { a: 'b' } };

    expect(makeIndex([more], ANNOTATIONS)).toEqual(makeIndex([ARM64], ANNOTATIONS));
  });
});
