import { describe, expect, it } from '@jest/globals';
import { outputsProvenance } from '../../../src/evidence/outputs/provenance.ts';
import { sha256 } from '../../../src/oci/digest.ts';
import { endedRecord, type RunRecord, recordOf } from '../../../src/run/record.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import type { HashedFile } from '../../../src/run/types/result.ts';
import { DIGEST, runPlan, runResult } from '../../report/results.ts';

const CALLER = { server: 'https://github.example.com', hosted: true, version: '1.2.3' };
const GITHUB = { runId: '7', runAttempt: '2', job: 'run', action: 'job' };
const bare = (digest: string) => digest.slice('sha256:'.length);
const hash = (text: string) => bare(sha256(text));
const MODEL = { path: 'outputs/model.pt', size: 7, sha256: hash('weights') };

interface Made {
  readonly plan?: Partial<RunPlan>;
  readonly files?: readonly HashedFile[];
  readonly github?: typeof GITHUB | undefined;
}

function record({ plan, files = [MODEL], github = GITHUB }: Made): RunRecord {
  const run = runPlan({ commit: 'c0ffee', params: new Map([['lr', '0.1']]), ...plan });
  const handle = { backend: 'docker', run: run.id, name: 'x', hash: run.hash, native: { host: 'unix:///x' } };
  const owner = { pid: 7, host: 'gpu-7', boot: 'now', namespace: 'all', started: '5' };
  const starting = { folder: '/work', repository: 'acme/train', github, owner, now: new Date(0) };
  const kept = { now: new Date(61_000), size: 7, files };
  return endedRecord(recordOf(run, handle, starting), runResult({ run }), kept);
}

const statementIn = (one: RunRecord) => JSON.parse(outputsProvenance(one, CALLER)?.statement ?? 'null');

describe('provenance of outputs', () => {
  it('says of which commit, image and parameters they were made', () => {
    const base = `docker.io/library/python:3.13@${sha256('base')}`;

    expect(statementIn(record({ plan: { base } }))).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'outputs/model.pt', digest: { sha256: hash('weights') } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'https://jobimg.dev/run/v1',
          externalParameters: {
            job: 'train',
            params: { lr: '0.1' },
            command: { kind: 'shell', shell: 'bash', text: expect.any(String) },
          },
          internalParameters: { run: 'train-1-1' },
          resolvedDependencies: [
            { uri: 'git+https://github.example.com/acme/train@c0ffee', digest: { gitCommit: 'c0ffee' } },
            { uri: 'docker://ghcr.io/acme/train', digest: { sha256: bare(DIGEST) } },
            { uri: 'docker://docker.io/library/python', digest: { sha256: hash('base') } },
          ],
        },
        runDetails: {
          builder: { id: 'https://jobimg.dev/builder/github-hosted', version: { jobimg: '1.2.3' } },
          metadata: {
            invocationId: 'https://github.example.com/acme/train/actions/runs/7/attempts/2',
            startedOn: '1970-01-01T00:00:00.000Z',
            finishedOn: '1970-01-01T00:01:01.000Z',
          },
        },
      },
    });
  });

  it('has the same in the parts that are signed by actions/attest', () => {
    const parts = outputsProvenance(record({}), CALLER);

    expect(JSON.parse(parts?.predicate ?? '')).toEqual(statementIn(record({})).predicate);
    expect(parts?.checksums).toBe(`${hash('weights')}  outputs/model.pt\n`);
  });

  it('names neither the machine nor what the record does not show', () => {
    const { statement = '' } = outputsProvenance(record({}), CALLER) ?? {};

    for (const hidden of ['private', 'gpu-7', 'unix:///x', '/work']) expect(statement).not.toContain(hidden);
  });

  it('names the image of a local engine by its ID', () => {
    const statement = statementIn(record({ plan: { image: { engineId: DIGEST } } }));

    expect(statement.predicate.buildDefinition.resolvedDependencies[1]).toEqual({
      name: 'image',
      digest: { sha256: bare(DIGEST) },
    });
  });

  it.each(['docker.io/library/python:3.13', 'python@sha256:ab', '?'])(
    'names no base that could be any: %s',
    (base) => {
      const { resolvedDependencies } = statementIn(record({ plan: { base } })).predicate.buildDefinition;

      expect(resolvedDependencies).toHaveLength(2);
    },
  );

  it('is of a local builder for a person, whose run has no address', () => {
    const kept = record({});
    const { runDetails } = statementIn({ ...kept, github: undefined }).predicate;

    expect(runDetails.builder.id).toBe('https://jobimg.dev/builder/local');
    expect(runDetails.metadata).not.toHaveProperty('invocationId');
  });

  it('lets no name of a file be a line of its own', () => {
    const planted = { ...MODEL, path: `x\n${hash('other')}  model.pt` };

    expect(outputsProvenance(record({ files: [planted, MODEL] }), CALLER)?.checksums).toBe(
      `${hash('weights')}  outputs/model.pt\n`,
    );
  });

  it('is none of a run without outputs', () => {
    expect(outputsProvenance(record({ files: [] }), CALLER)).toBeUndefined();
  });
});
