import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ARTIFACT_TYPE, EVIDENCE_ANNOTATION } from '../../../src/evidence/types.ts';
import { printReference } from '../../../src/oci/reference.ts';
import { type Artifact, textBlob } from '../../../src/oci/referrer.ts';
import type { Digest, Image } from '../../../src/oci/types.ts';
import { endedRecord, recordOf, withoutMachine } from '../../../src/run/record.ts';
import { findOutputs } from '../../../src/steps/stored-outputs/find-outputs.ts';
import { type FakeRegistry, startFakeRegistry } from '../../fakes/registry-server.ts';
import { setUp } from '../../registry/setup.ts';
import { runPlan, runResult } from '../../report/results.ts';

let fake: FakeRegistry;
beforeEach(async () => {
  fake = await startFakeRegistry({ referrers: true });
});
afterEach(() => fake.close());

const find = (word: string, repository?: { registry: string; path: string }) =>
  findOutputs(word, { kept: [], repository }, setUp(fake));

function imageUnder(tag: string): Image {
  const { digest } = fake.seed('acme/train', tag, { annotations: { tag } });
  return { registry: fake.host, path: 'acme/train', digest: digest as Digest };
}

function outputsOf(run: string): Artifact {
  return {
    artifactType: ARTIFACT_TYPE.outputs,
    layers: [
      { ...textBlob(run, 'application/octet-stream'), annotations: { [EVIDENCE_ANNOTATION.title]: 'a' } },
    ],
    annotations: new Map([[EVIDENCE_ANNOTATION.run, run]]),
  };
}

/** The record of a run as it leaves its machine. */
function recordOfRun(outputsArtifact: Image): Artifact {
  const run = runPlan({ id: 'train-1', outputsTo: 'registry' });
  const handle = { backend: 'docker', run: run.id, name: 'x', hash: run.hash, native: {} };
  const owner = { pid: 1, host: 'box', boot: '1', namespace: '1', started: '1' };
  const record = recordOf(run, handle, { folder: '/work', owner, now: new Date(0) });
  const result = runResult({ run, outputsArtifact });
  const ended = endedRecord(record, result, { now: new Date(0), size: 0, files: [] });
  return {
    artifactType: ARTIFACT_TYPE.record,
    layers: [textBlob(JSON.stringify(withoutMachine(ended)), ARTIFACT_TYPE.record)],
    annotations: new Map(),
  };
}

describe('the outputs of a digest', () => {
  it('are the artifact itself, what its record names, or the only ones of an image', async () => {
    const { registry } = setUp(fake);
    const image = imageUnder('train-1');
    const outputs = { ...image, digest: await registry.pushReferrer(image, outputsOf('train-1')) };
    const record = { ...image, digest: await registry.pushReferrer(image, recordOfRun(outputs)) };

    for (const one of [outputs, record, image])
      expect((await find(printReference(one))).digest).toBe(outputs.digest);
  });

  it('that a record of a stranger names are looked for in the repository of the record alone', async () => {
    const { registry } = setUp(fake);
    const image = imageUnder('train-1');
    const elsewhere = { registry: 'evil.example', path: 'acme/train', digest: image.digest };
    const record = await registry.pushReferrer(image, recordOfRun(elsewhere));

    const found = await find(printReference({ ...image, digest: record }));

    expect(found).toEqual(image);
  });

  it('are named where an image has those of several runs', async () => {
    const { registry } = setUp(fake);
    const image = imageUnder('train-1');
    for (const run of ['train-1', 'train-2']) await registry.pushReferrer(image, outputsOf(run));

    await expect(find(printReference(image))).rejects.toThrow('2 runs of the image');
    await expect(find(printReference(imageUnder('other')))).rejects.toThrow('no run of the image');
  });
});

describe('the outputs of a run that is not known here', () => {
  it('are found in a registry by its id, or the beginning of it', async () => {
    const { registry, repository } = setUp(fake);
    const [one, other] = [imageUnder('train-a'), imageUnder('train-b')];
    imageUnder('env-a');
    await registry.pushReferrer(one, outputsOf('train-11'));
    const digest = await registry.pushReferrer(other, outputsOf('train-22'));

    expect(await find('train-22', repository)).toMatchObject({ digest });
    expect(await find('train-2', repository)).toMatchObject({ digest });
    await expect(find('train', repository)).rejects.toThrow(
      'the beginning of several runs: train-11, train-22',
    );
    await expect(find('eval', repository)).rejects.toThrow('no run "eval" has pushed outputs');
  });
});
