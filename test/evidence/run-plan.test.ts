import { describe, expect, it } from '@jest/globals';
import { planArtifact, readPlan } from '../../src/evidence/run-plan.ts';
import type { Artifact } from '../../src/oci/referrer.ts';
import type { Image, Manifest } from '../../src/oci/types.ts';
import { runPlan } from '../backends/docker-bench.ts';
import { IMAGE } from '../backends/fake-bench.ts';

const RUN = runPlan(IMAGE, { kind: 'arguments', words: ['true'] });
const BESIDE: Image = { registry: IMAGE.registry, path: IMAGE.path, digest: `sha256:${'b'.repeat(64)}` };

/** A registry that has one artifact under every digest. */
function readerOf({ artifactType, layers }: Artifact) {
  const [layer] = layers;
  if (layer === undefined) throw new Error('a plan is one layer');
  const { open, ...blob } = layer;
  const manifest = { schemaVersion: 2, artifactType, layers: [blob] } as unknown as Manifest;
  return { manifest: async () => manifest, blob: async () => open() };
}

describe('the plan of a run that stands beside an image', () => {
  it('is read by its digest', async () => {
    expect((await readPlan(BESIDE, readerOf(planArtifact(RUN)))).id).toBe(RUN.id);
  });

  it('is refused about an image of another repository', async () => {
    const elsewhere = { ...BESIDE, path: `${IMAGE.path}/other` };

    await expect(readPlan(elsewhere, readerOf(planArtifact(RUN)))).rejects.toThrow(
      'is about an image of another repository',
    );
  });

  it('is refused where the artifact is of another kind', async () => {
    const record = { ...planArtifact(RUN), artifactType: 'application/vnd.jobimg.run.v1+json' };

    await expect(readPlan(BESIDE, readerOf(record))).rejects.toThrow('is no plan of a run');
  });
});
