import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { outputsArtifact } from '../../../src/evidence/outputs/outputs-artifact.ts';
import { ARTIFACT_TYPE } from '../../../src/evidence/types.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { printReference } from '../../../src/oci/reference.ts';
import { type Artifact, textBlob } from '../../../src/oci/referrer.ts';
import type { Digest, Image } from '../../../src/oci/types.ts';
import { originJson, printOrigin, printTrust } from '../../../src/report/command/file-origin.ts';
import { endedRecord, recordOf, withoutMachine } from '../../../src/run/record.ts';
import { findFile } from '../../../src/steps/stored-outputs/find-file.ts';
import { type FakeRegistry, startFakeRegistry } from '../../fakes/registry-server.ts';
import { setUp } from '../../registry/setup.ts';
import { runPlan, runResult } from '../../report/results.ts';

let fake: FakeRegistry;
let image: Image;
beforeEach(async () => {
  fake = await startFakeRegistry({ referrers: true });
  const { digest } = fake.seed('acme/train', 'train-1', {});
  image = { registry: fake.host, path: 'acme/train', digest: digest as Digest };
});
afterEach(() => fake.close());

const WEIGHTS = sha256('weights');

const find = () => {
  const { registry, repository } = setUp(fake);
  return findFile(WEIGHTS, repository, { registry });
};

async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function outputs(): Promise<Artifact> {
  const files = [{ path: 'outputs/model.pt', size: 7, executable: false }];
  return outputsArtifact({ id: 'train-1', job: 'train' }, files, { read: () => once('weights'), hashed: [] });
}

function record(commit: string): Artifact {
  const run = runPlan({ id: 'train-1', commit, params: new Map([['lr', '0.1']]) });
  const handle = { backend: 'docker', run: run.id, name: 'x', hash: run.hash, native: {} };
  const owner = { pid: 1, host: 'box', boot: '1', namespace: '1', started: '1' };
  const starting = { folder: '/work', repository: 'acme/train', owner, now: new Date(0) };
  const files = [{ path: 'outputs/model.pt', size: 7, sha256: WEIGHTS.slice('sha256:'.length) }];
  const kept = { now: new Date(0), size: 7, files };
  const ended = endedRecord(recordOf(run, handle, starting), runResult({ run }), kept);
  return {
    artifactType: ARTIFACT_TYPE.record,
    layers: [textBlob(JSON.stringify(withoutMachine(ended)), ARTIFACT_TYPE.record)],
    annotations: new Map(),
  };
}

describe('the run that made a file', () => {
  it('is the one whose outputs it is among', async () => {
    const { registry } = setUp(fake);
    const digest = await registry.pushReferrer(image, await outputs());

    expect(await find()).toEqual([
      {
        run: 'train-1',
        path: 'outputs/model.pt',
        image: printReference(image),
        source: printReference({ ...image, digest }),
      },
    ]);
  });

  it('is told with its commit and parameters by its record', async () => {
    const { registry } = setUp(fake);
    await registry.pushReferrer(image, await outputs());
    await registry.pushReferrer(image, record('4ceb31ef'));

    const [origin, ...others] = await find();

    expect(others).toEqual([]);
    const lines = origin === undefined ? [] : printOrigin(origin);
    expect(lines).toContain('commit    4ceb31ef of acme/train');
    expect(lines).toContain('params    lr=0.1');
  });

  it('is shown without what a stranger has written to lead a terminal', async () => {
    const { registry } = setUp(fake);
    await registry.pushReferrer(image, record('\u001b[2J::set-output name=x::'));

    const [origin] = await find();

    const text = origin === undefined ? '' : printOrigin(origin).join('\n');
    expect(text).not.toContain('\u001b');
    expect(text).toContain('commit');
  });

  it('is shown with who has signed it', async () => {
    const { registry } = setUp(fake);
    await registry.pushReferrer(image, record('4ceb31ef'));
    const [origin] = await find();
    const signer = {
      identity: 'https://github.com/acme/train/.github/workflows/train.yml@refs/heads/main',
      issuer: 'https://token.actions.githubusercontent.com',
      repository: 'https://github.com/acme/train',
      ref: 'refs/heads/main',
      commit: '4ceb31ef',
    };
    const signed = { kind: 'verified', bundle: '/runs/1/a b', signer } as const;
    const known = origin === undefined ? [] : [{ ...origin, signed }];

    const lines = known.flatMap((one) => printOrigin(one));
    expect(lines).toContain(`signed    by ${signer.identity}`);
    expect(lines).toContain('source    https://github.com/acme/train at 4ceb31ef of refs/heads/main');
    expect(known.map(originJson)).toMatchObject([
      { signed: { by: signer.identity, checked: 'verified', repository: signer.repository } },
    ]);
    expect(printTrust(known, true)).toEqual([]);
    expect(printTrust(known, false)).toEqual([expect.stringContaining('--repo')]);
    expect(printTrust(origin === undefined ? [] : [origin], false)).toEqual([
      expect.stringContaining('nothing of this is signed'),
    ]);
  });

  it('is nobody where nothing names it', async () => {
    const torn = {
      artifactType: ARTIFACT_TYPE.record,
      layers: [textBlob('{"run":', 'x/y')],
      annotations: new Map(),
    };
    await setUp(fake).registry.pushReferrer(image, torn);

    expect(await find()).toEqual([]);
  });
});
