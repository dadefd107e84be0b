import { describe, expect, it } from '@jest/globals';
import { parseSize, printSize } from '../../src/jobspec/values/quantity.ts';
import { planJson } from '../../src/report/plan-json.ts';
import { resultJson } from '../../src/report/result-json.ts';
import {
  DIGEST,
  ENVIRONMENT,
  ENVIRONMENT_ID,
  IMAGE_ID,
  job,
  jobPlan,
  result,
  runPlan,
  runResult,
} from './results.ts';

const NOTHING = { found: new Map(), runs: new Map(), why: new Map(), findings: [] };

describe('planJson', () => {
  it('has what a spec says of its backend by name, in maps too', () => {
    const options = new Map([['environment', 'gpu']]);
    const backend = { name: 'command', options: { place: 'valohai', options } } as const;

    const json = planJson(
      { destination: { kind: 'engine' }, jobs: [jobPlan({ job: job({ backend }) })] },
      NOTHING,
    );

    expect(json).toMatchObject({
      jobs: [{ backend: { command: { place: 'valohai', options: { environment: 'gpu' } } } }],
    });
  });

  it('says everything of a plan in one object', () => {
    const gpu = { count: { min: 1, max: 1 }, names: [], memory: { min: 24e9 }, optional: false };
    const resources = { gpu, memory: { min: 16 * 2 ** 30, max: 16 * 2 ** 30 }, cpu: { max: 8 }, shm: 8e9 };
    const env = new Map([
      ['MODE', ['fast']],
      ['FROM_CALLER', undefined],
    ]);
    const jobs = [jobPlan({ job: job({ env, runsOn: { labels: ['self-hosted', 'gpu'] } }) })];
    const location = { file: 'jobimg.yml', line: 3, column: 7 };

    const json = planJson(
      { destination: { kind: 'engine' }, jobs },
      {
        found: new Map([['train', { environment: true, image: false }]]),
        runs: new Map([['train', [runPlan({ resources, queueTimeout: 3600 })]]]),
        why: new Map([['train', 'rebuilt: requirements.txt changed']]),
        findings: [{ level: 'warning', code: 'latest', message: 'no tag', hint: 'name one', location }],
      },
    );

    expect(json).toEqual({
      spec: 'jobimg.yml',
      format: 'jobimg',
      jobs: [
        {
          name: 'train',
          environment: {
            id: ENVIRONMENT_ID,
            tag: 'env-eeeeeeeeeeeeeeee',
            base: `docker.io/library/python:3.13@${DIGEST}`,
            dockerfile: ENVIRONMENT.build.dockerfile,
            cached: true,
          },
          image: { id: IMAGE_ID, tag: 'train-1111111111111111', reference: null, cached: false },
          run: {
            command: ['bash', '-eo', 'pipefail', '-c', 'python train.py --lr 1e-4'],
            env: { MODE: 'fast', FROM_CALLER: null },
            secrets: ['HF_TOKEN'],
            resources: { gpu: { count: 1, memory: '24GB..' }, memory: '16GiB', cpu: '..8', shm: '8GB' },
            timeout: 7200,
            'queue-timeout': 3600,
            outputs: ['outputs/'],
          },
          backend: { docker: {} },
          'runs-on': ['self-hosted', 'gpu'],
          code: { files: 0, bytes: 0 },
          why: 'rebuilt: requirements.txt changed',
        },
      ],
      findings: [
        {
          level: 'warning',
          code: 'latest',
          message: 'no tag',
          file: 'jobimg.yml',
          line: 3,
          column: 7,
          hint: 'name one',
        },
      ],
    });
  });

  it('has null for what is not known', () => {
    const environment = {
      ...ENVIRONMENT,
      id: undefined,
      tag: undefined,
      base: { name: 'python:3', digest: undefined, from: { registry: 'r', path: 'p' } },
    };
    const plan = {
      destination: { kind: 'engine' },
      jobs: [jobPlan({ image: { kind: 'environment', environment } })],
    } as const;

    expect(planJson(plan, NOTHING)).toMatchObject({
      jobs: [
        {
          environment: { id: null, tag: null, base: 'python:3', cached: null },
          image: { id: null, tag: null, reference: null, cached: null },
          run: null,
        },
      ],
    });
  });

  it('has no environment for an image that is used as it is', () => {
    const image = {
      kind: 'given',
      reference: { registry: 'ghcr.io', path: 'acme/x', tag: '1' },
      digest: DIGEST,
    } as const;
    const plan = { destination: { kind: 'engine' }, jobs: [jobPlan({ image })] } as const;

    expect(planJson(plan, NOTHING)).toMatchObject({
      jobs: [
        {
          environment: null,
          image: { id: null, tag: null, reference: `ghcr.io/acme/x@${DIGEST}`, cached: true },
        },
      ],
    });
  });
});

describe('printSize', () => {
  it.each([24e9, 16 * 2 ** 30, 1.5e9, 512e6, 2 ** 20, 1e3, 1e15, 123_456_789])(
    'prints %d bytes so that a spec reads the same',
    (bytes) => {
      expect(parseSize(printSize(bytes))).toBe(bytes);
    },
  );
});

describe('resultJson', () => {
  it('carries images and runs, without values that a caller gave', () => {
    const env = new Map([['FROM_CALLER', undefined]]);
    const earlier = [{ run: 'train-1', verdict: { reason: 'interrupted' }, duration: 3 }] as const;
    const run = runPlan({ retries: 1 });
    const runs = [runResult({ run, earlier, verdict: { reason: 'timeout', exitCode: 143 } })];

    const json = resultJson(
      result({ plan: { destination: { kind: 'engine' }, jobs: [jobPlan({ job: job({ env }) })] }, runs }),
      true,
    );

    expect(json).toMatchObject({
      jobs: [
        {
          name: 'train',
          image: { reference: `ghcr.io/acme/train@${DIGEST}`, result: 'pushed', cache: 'environment' },
          environment: { result: 'found' },
          runs: [
            {
              id: 'train-1-1',
              status: 'failure',
              reason: 'timeout',
              'exit-code': 143,
              attempts: 2,
              'earlier-attempts': [{ id: 'train-1', reason: 'interrupted', 'exit-code': null, duration: 3 }],
              metrics: { loss: 1.5 },
            },
          ],
        },
      ],
    });
    expect(JSON.stringify(json)).not.toContain('private');
  });
});
