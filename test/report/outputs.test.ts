import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { failureOutputs } from '../../src/report/failed/outputs.ts';
import { failureOf } from '../../src/report/failure.ts';
import { ACTION_OUTPUTS, outputsOf } from '../../src/report/outputs.ts';
import type { RunResult } from '../../src/run/types/result.ts';
import {
  ARTIFACT,
  DIGEST,
  ENVIRONMENT_ID,
  IMAGE_ID,
  job,
  jobPlan,
  result,
  runPlan,
  runResult,
} from './results.ts';

const OUTPUTS = { registry: 'ghcr.io', path: 'acme/train', digest: DIGEST } as const;

describe('outputsOf', () => {
  it('fills every output after a run', () => {
    const runsOn = { labels: ['self-hosted', 'gpu'] };
    const plan = { destination: { kind: 'engine' }, jobs: [jobPlan({ job: job({ runsOn }) })] } as const;

    const outputs = outputsOf(
      result({ plan, runs: [runResult({ artifact: ARTIFACT, outputsArtifact: OUTPUTS })] }),
      {
        trusted: true,
        dockerfile: '/tmp/Dockerfile',
        runUrl: 'https://github.com/a/b/actions/runs/1',
      },
    );

    const { result: whole, matrix, ...rest } = Object.fromEntries(outputs);
    const ofRuns = ACTION_OUTPUTS.filter((name) => name !== 'cost');
    expect([...outputs.keys()]).toEqual(ofRuns);
    expect(rest).toEqual({
      image: `ghcr.io/acme/train@${DIGEST}`,
      digest: DIGEST,
      tag: 'train-1111111111111111',
      id: IMAGE_ID,
      'environment-image': `ghcr.io/acme/train@${ENVIRONMENT_ID}`,
      cache: 'environment',
      why: 'the environment is unchanged, the code is new',
      dockerfile: '/tmp/Dockerfile',
      trusted: 'true',
      'runs-on': '["self-hosted","gpu"]',
      'timeout-minutes': '151',
      'run-id': 'train-1-1',
      'run-url': 'https://github.com/a/b/actions/runs/1',
      status: 'success',
      reason: 'succeeded',
      'exit-code': '0',
      duration: '61',
      metrics: '{"loss":1.5}',
      outputs: '/runner/outputs',
      'artifact-name': 'train-1-0a1b2c3d',
      'artifact-id': '7',
      'artifact-url': ARTIFACT.url,
      'outputs-artifact': `ghcr.io/acme/train@${DIGEST}`,
    });
    expect(JSON.parse(matrix ?? '')).toEqual({
      include: [
        {
          job: 'train',
          params: '',
          image: `ghcr.io/acme/train@${DIGEST}`,
          'runs-on': ['self-hosted', 'gpu'],
          'timeout-minutes': 151,
        },
      ],
    });
    expect(JSON.parse(whole ?? '')).toMatchObject({
      spec: 'jobimg.yml',
      jobs: [{ name: 'train', runs: [{ artifact: ARTIFACT }] }],
    });
  });

  it('leaves out what is not known after a plan', () => {
    const outputs = outputsOf(result({ images: new Map(), runs: [] }), { trusted: true });

    const { result: whole, matrix, id, tag, ...rest } = Object.fromEntries(outputs);
    expect([whole, matrix, id, tag]).not.toContain(undefined);
    expect(rest).toEqual({
      trusted: 'true',
      'timeout-minutes': '151',
      status: 'skipped',
      reason: 'skipped',
      'exit-code': '0',
    });
  });

  it('says nothing of a second job for code that is not trusted, in no output', () => {
    const runsOn = { labels: ['self-hosted', 'gpu-prod'] };
    const plan = {
      destination: { kind: 'engine' },
      jobs: [jobPlan({ job: job({ runsOn, timeout: 777_600 }) })],
    } as const;

    const outputs = outputsOf(result({ plan, runs: [] }), { trusted: false });

    expect(outputs.get('trusted')).toBe('false');
    for (const name of ['runs-on', 'timeout-minutes', 'matrix'] as const)
      expect(outputs.has(name)).toBe(false);
    expect([...outputs.values()].join()).not.toMatch(/gpu-prod|777600|12975/);
  });

  it('has no digest for an image of the local engine', () => {
    const images = new Map([
      ['train', { made: 'built', reference: DIGEST, engineId: DIGEST, cache: 'none', why: '' }],
    ] as const);

    const outputs = outputsOf(result({ images, runs: [] }), { trusted: true });

    expect(outputs.get('image')).toBe(DIGEST);
    expect(outputs.has('digest')).toBe(false);
  });

  it('has a row of the matrix for each leg, whose params start that leg alone', () => {
    const legs = [
      ['lr=1e-4, mode="a b"', { lr: '1e-4', mode: 'a b' }],
      ['lr=0.10', { lr: '0.10' }],
    ] as const;
    const strategy = {
      failFast: true,
      legs: legs.map(([label, values]) => ({
        label,
        values: new Map(Object.entries(values)),
        params: new Map(),
      })),
    };
    const plan = { destination: { kind: 'engine' }, jobs: [jobPlan({ job: job({ strategy }) })] } as const;

    const { include } = JSON.parse(outputsOf(result({ plan }), { trusted: true }).get('matrix') ?? '');

    expect(include).toMatchObject([
      { job: 'train', leg: 'lr=1e-4, mode="a b"', params: 'lr=1e-4\nmode="a b"' },
      { job: 'train', leg: 'lr=0.10', params: 'lr=0.10' },
    ]);
  });

  it('has metrics and folders of every leg, and the end of the first that failed by itself', () => {
    const leg = (label: string) => ({ label, values: new Map(), failFast: true });
    const legOf = (id: string, more: Partial<RunResult>) =>
      runResult({ run: runPlan({ id, leg: leg(id) }), outputsFolder: `/runs/${id}`, ...more });
    const runs = [
      legOf('a', { verdict: { reason: 'cancelled', exitCode: 143 }, metrics: [] }),
      legOf('b', { verdict: { reason: 'failed', exitCode: 3 } }),
      legOf('c', { verdict: { reason: 'timeout' }, outputsFolder: undefined }),
    ];

    const outputs = outputsOf(result({ runs }), { trusted: true });

    expect(Object.fromEntries(outputs)).toMatchObject({
      'run-id': 'b',
      status: 'failure',
      reason: 'failed',
      'exit-code': '3',
      metrics: '{"a":{},"b":{"loss":1.5},"c":{"loss":1.5}}',
      outputs: '/runs/a\n/runs/b',
    });
    expect(JSON.parse(outputs.get('result') ?? '').jobs[0].runs).toMatchObject([
      { leg: 'a', reason: 'cancelled' },
      { leg: 'b', reason: 'failed' },
      { leg: 'c', reason: 'timeout' },
    ]);
  });

  it("have the step's own exit code where a run never had one", () => {
    const runs = [runResult({ verdict: { reason: 'image-pull', detail: 'no such image' } })];

    expect(Object.fromEntries(outputsOf(result({ runs }), { trusted: true }))).toMatchObject({
      status: 'failure',
      reason: 'image-pull',
      'exit-code': '4',
    });
  });

  it.each([
    ['failed', 'failure'],
    ['timeout', 'failure'],
    ['cancelled', 'cancelled'],
  ] as const)('calls a run that ended as %s a %s', (reason, status) => {
    const [run] = result().runs;
    const runs = run === undefined ? [] : [{ ...run, verdict: { reason } }];

    expect(outputsOf(result({ runs }), { trusted: true }).get('status')).toBe(status);
  });
});

describe('failureOutputs', () => {
  it('has what later steps ask for when the step ended before a run', () => {
    const error = new UserError('the registry does not answer', { kind: 'unavailable', code: 'unreachable' });

    const outputs = failureOutputs(failureOf(error, false), error.findings);

    const { result: whole, ...rest } = Object.fromEntries(outputs);
    expect(rest).toEqual({ status: 'failure', reason: 'unavailable', 'exit-code': '4' });
    expect(JSON.parse(whole ?? '')).toEqual({
      findings: [{ level: 'error', code: 'unreachable', message: 'the registry does not answer' }],
    });
  });
});
