import type { Job } from '../../src/jobspec/job/job.ts';
import { LINUX_AMD64 } from '../../src/oci/platform.ts';
import type { EnsuredImage } from '../../src/plan/ensured-image.ts';
import type { EnvironmentPlan, JobPlan } from '../../src/plan/plan.ts';
import type { RunPlan } from '../../src/run/types/plan.ts';
import type { Artifact, RunResult } from '../../src/run/types/result.ts';
import type { Result } from '../../src/tools/result.ts';
import { buildPlan } from '../build/requests.ts';
import { readJob } from '../jobspec/read.ts';

export const ENVIRONMENT_ID = `sha256:${'e'.repeat(64)}` as const;
export const IMAGE_ID = `sha256:${'1'.repeat(64)}` as const;
export const DIGEST = `sha256:${'d'.repeat(64)}` as const;

const FILES = { kind: 'listed', paths: [] } as const;

export function job(more: Partial<Job> = {}): Job {
  const read = readJob('name: train\nrun: python train.py\ntimeout: 2h\n');
  return { ...read, origins: new Map(), ...more };
}

export const ENVIRONMENT: EnvironmentPlan = {
  id: ENVIRONMENT_ID,
  tag: 'env-eeeeeeeeeeeeeeee',
  base: {
    name: 'docker.io/library/python:3.13',
    digest: DIGEST,
    from: { registry: 'docker.io', path: 'library/python' },
  },
  inputs: {},
  carried: '{}',
  fetches: { images: [], packages: 0 },
  build: buildPlan({ dockerfile: 'FROM python\nRUN pip install "x`y```z"\n' }),
  workdir: '/workspace',
};

export function jobPlan(more: Partial<JobPlan> = {}): JobPlan {
  const planned = more.job ?? job();
  return {
    job: planned,
    recipe: { job: planned, platform: LINUX_AMD64, bases: [], reasons: [], findings: [], facts: {} },
    image: {
      kind: 'layer',
      environment: ENVIRONMENT,
      id: IMAGE_ID,
      tag: 'train-1111111111111111',
      inputs: {},
      carried: '{}',
      layer: { files: FILES, entries: [], folder: '/workspace' },
      layers: [{ files: FILES, entries: [], folder: '/workspace' }],
      labels: new Map(),
    },
    code: 'layer',
    ...more,
  };
}

export const ENSURED: EnsuredImage = {
  made: 'pushed',
  reference: `ghcr.io/acme/train@${DIGEST}`,
  image: { registry: 'ghcr.io', path: 'acme/train', digest: DIGEST, id: IMAGE_ID },
  tag: 'train-1111111111111111',
  environment: {
    made: 'found',
    reference: `ghcr.io/acme/train@${ENVIRONMENT_ID}`,
    tag: 'env-eeeeeeeeeeeeeeee',
  },
  cache: 'environment',
  why: 'the environment is unchanged, the code is new',
};

const COMMAND = { kind: 'shell', shell: 'bash', text: 'python train.py --lr 1e-4' } as const;

export function runPlan(more: Partial<RunPlan> = {}): RunPlan {
  return {
    id: 'train-1-1',
    family: 'train-1',
    hash: DIGEST,
    job: 'train',
    attempt: 1,
    image: { registry: 'ghcr.io', path: 'acme/train', digest: DIGEST },
    command: COMMAND,
    env: new Map([
      ['MODE', 'fast'],
      ['FROM_CALLER', 'private'],
      ['JOBIMG_RUN_ID', 'train-1-1'],
    ]),
    shown: { command: COMMAND, env: new Map([['MODE', 'fast']]), outputs: ['outputs/'] },
    secrets: ['HF_TOKEN'],
    resources: {},
    workdir: undefined,
    home: '/home/job',
    timeout: 7200,
    stopGrace: 30,
    outputs: ['outputs/'],
    metrics: [],
    backend: { name: 'docker', options: {} },
    labels: new Map(),
    ...more,
  };
}

export function runResult(more: Partial<RunResult> = {}): RunResult {
  return {
    run: runPlan(),
    verdict: { reason: 'succeeded', exitCode: 0 },
    duration: 61.4,
    outputs: ['outputs/model.pt'],
    outputsFolder: '/runner/outputs',
    metrics: [{ name: 'loss', values: [3, 2, 1.5] }],
    ...more,
  };
}

export const ARTIFACT: Artifact = {
  name: 'train-1-0a1b2c3d',
  id: 7,
  url: 'https://github.com/acme/train/actions/runs/18/artifacts/7',
  size: 12,
};

export function result(more: Partial<Result> = {}): Result {
  return {
    plan: { destination: { kind: 'engine' }, jobs: [jobPlan()] },
    images: new Map([['train', ENSURED]]),
    runs: [runResult()],
    findings: [],
    ...more,
  };
}
