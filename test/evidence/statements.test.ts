import { describe, expect, it } from '@jest/globals';
import type { EvidenceCaller } from '../../src/evidence/caller.ts';
import { provenanceOf } from '../../src/evidence/provenance.ts';
import { rebuiltStatement } from '../../src/evidence/rebuilt.ts';
import { sha256 } from '../../src/oci/digest.ts';
import type { Artifact } from '../../src/oci/referrer.ts';

const IMAGE = { registry: 'ghcr.io', path: 'acme/train', digest: sha256('image') } as const;
const ENVIRONMENT = { ...IMAGE, digest: sha256('environment') };
const BASE = sha256('base');
const CARRIED = JSON.stringify({
  'base docker.io/library/python:3.13': BASE,
  'file train.py': '0123456789ab',
});
const GITHUB: EvidenceCaller = {
  server: 'https://github.example.com',
  repository: 'acme/train',
  gitSha: 'c0ffee',
  github: { runId: '7', runAttempt: '2' },
  hosted: true,
  version: '1.2.3',
};

async function statementIn({ layers }: Artifact) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of layers[0]?.open() ?? []) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

const bare = (digest: string) => digest.slice('sha256:'.length);

describe('provenance', () => {
  it('names image, commit, bases, environment, builder and run', async () => {
    const from = { job: 'train', id: sha256('id'), environment: ENVIRONMENT, carried: [CARRIED, CARRIED] };

    const statement = await statementIn(provenanceOf(IMAGE, from, GITHUB));

    expect(statement).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'ghcr.io/acme/train', digest: { sha256: bare(IMAGE.digest) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'https://jobimg.dev/build/v1',
          externalParameters: { job: 'train' },
          internalParameters: { id: sha256('id') },
          resolvedDependencies: [
            { uri: 'git+https://github.example.com/acme/train@c0ffee', digest: { gitCommit: 'c0ffee' } },
            { uri: 'docker://docker.io/library/python:3.13', digest: { sha256: bare(BASE) } },
            { uri: 'docker://ghcr.io/acme/train', digest: { sha256: bare(ENVIRONMENT.digest) } },
          ],
        },
        runDetails: {
          builder: { id: 'https://jobimg.dev/builder/github-hosted', version: { jobimg: '1.2.3' } },
          metadata: { invocationId: 'https://github.example.com/acme/train/actions/runs/7/attempts/2' },
        },
      },
    });
  });

  it('leaves out what is not known', async () => {
    const from = { job: 'train', id: sha256('id'), environment: undefined, carried: [undefined, 'not ours'] };

    const { predicate } = await statementIn(provenanceOf(IMAGE, from, { hosted: false, version: '1.2.3' }));

    expect(predicate.buildDefinition.resolvedDependencies).toEqual([]);
    expect(predicate.runDetails.metadata).toEqual({});
  });
});

describe('a rebuild', () => {
  it('is said with who did it, for machines and for who lists artifacts', async () => {
    const artifact = rebuiltStatement(IMAGE, [CARRIED], GITHUB);

    const { predicateType, predicate } = await statementIn(artifact);
    expect(predicateType).toBe('https://in-toto.io/attestation/test-result/v0.1');
    expect(predicate).toMatchObject({ result: 'PASSED', passedTests: ['rebuilt bit for bit'] });
    expect(artifact.annotations.get('org.opencontainers.image.description')).toBe(
      'rebuilt bit for bit by jobimg 1.2.3 in https://github.example.com/acme/train/actions/runs/7/attempts/2',
    );
  });
});
