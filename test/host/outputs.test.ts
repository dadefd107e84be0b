import { describe, expect, it } from '@jest/globals';
import { ACTION_OUTPUTS, outputsOf } from '../../src/host/outputs.ts';
import { DIGEST, ENVIRONMENT_ID, IMAGE_ID, job, jobPlan, result } from './results.ts';

describe('outputsOf', () => {
  it('fills every output after a run', () => {
    const runsOn = { labels: ['self-hosted', 'gpu'] };
    const plan = { destination: { kind: 'engine' }, jobs: [jobPlan({ job: job({ runsOn }) })] } as const;

    const outputs = outputsOf(result({ plan }), {
      dockerfile: '/tmp/Dockerfile',
      runUrl: 'https://github.com/a/b/actions/runs/1',
    });

    const { result: whole, matrix, ...rest } = Object.fromEntries(outputs);
    expect([...outputs.keys()]).toEqual([...ACTION_OUTPUTS]);
    expect(rest).toEqual({
      image: `ghcr.io/acme/train@${DIGEST}`,
      digest: DIGEST,
      tag: 'train-1111111111111111',
      id: IMAGE_ID,
      'environment-image': `ghcr.io/acme/train@${ENVIRONMENT_ID}`,
      cache: 'environment',
      why: 'the environment is unchanged, the code is new',
      dockerfile: '/tmp/Dockerfile',
      'runs-on': '["self-hosted","gpu"]',
      'timeout-minutes': '135',
      'run-id': 'train-1-1',
      'run-url': 'https://github.com/a/b/actions/runs/1',
      status: 'success',
      reason: 'succeeded',
      'exit-code': '0',
      duration: '61',
      metrics: '{"loss":1.5}',
      outputs: '/runner/outputs',
    });
    expect(JSON.parse(matrix ?? '')).toEqual({
      include: [
        {
          job: 'train',
          image: `ghcr.io/acme/train@${DIGEST}`,
          'runs-on': ['self-hosted', 'gpu'],
          'timeout-minutes': 135,
        },
      ],
    });
    expect(JSON.parse(whole ?? '')).toMatchObject({ spec: 'jobimg.yml', jobs: [{ name: 'train' }] });
  });

  it('leaves out what is not known after a plan', () => {
    const outputs = outputsOf(result({ images: new Map(), runs: [] }), {});

    expect([...outputs.keys()]).toEqual(['tag', 'id', 'timeout-minutes', 'matrix', 'status', 'result']);
    expect(outputs.get('status')).toBe('skipped');
  });

  it('has no digest for an image of the local engine', () => {
    const images = new Map([
      ['train', { made: 'built', reference: DIGEST, engineId: DIGEST, cache: 'none', why: '' }],
    ] as const);

    const outputs = outputsOf(result({ images, runs: [] }), {});

    expect(outputs.get('image')).toBe(DIGEST);
    expect(outputs.has('digest')).toBe(false);
  });

  it.each([
    ['failed', 'failure'],
    ['timeout', 'failure'],
    ['cancelled', 'cancelled'],
  ] as const)('calls a run that ended as %s a %s', (reason, status) => {
    const [run] = result().runs;
    const runs = run === undefined ? [] : [{ ...run, verdict: { reason } }];

    expect(outputsOf(result({ runs }), {}).get('status')).toBe(status);
  });
});
