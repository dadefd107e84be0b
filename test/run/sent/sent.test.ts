import { describe, expect, it } from '@jest/globals';
import { allowedPlan, allowedRun } from '../../../src/run/sent/allowed.ts';
import { readSentPlan } from '../../../src/run/sent/read.ts';
import { sentPlan } from '../../../src/run/sent/write.ts';
import type { RunPlan } from '../../../src/run/types/plan.ts';
import { runPlan } from '../../backends/docker-bench.ts';
import { IMAGE } from '../../backends/fake-bench.ts';

const COMMAND = { kind: 'shell', shell: 'bash', text: 'python train.py "$X"\n' } as const;

function fullPlan(changes: Partial<RunPlan> = {}): RunPlan {
  return runPlan(IMAGE, COMMAND, {
    leg: { label: 'lr=1', values: new Map([['lr', '1']]), failFast: false },
    env: new Map([
      ['HOME', '/tmp'],
      ['X', 'a\nb'],
    ]),
    platforms: [{ os: 'linux', architecture: 'amd64' }],
    secrets: ['HF_TOKEN'],
    resources: {
      gpu: { count: { min: 1, max: 1 }, names: ['A100'], optional: false, computeCapability: '8.0' },
      memory: { min: 1e9 },
    },
    user: 1000,
    retries: 1,
    queueTimeout: 60,
    outputsFrom: '/',
    outputsTo: 'registry',
    labels: new Map([['jobimg.run', 'x']]),
    params: new Map([['lr', '1']]),
    commit: 'a'.repeat(40),
    base: 'python:3.12',
    ...changes,
  });
}

const written = (changes: object) => JSON.stringify({ ...sentPlan(fullPlan()), ...changes });

describe('a plan that is sent', () => {
  it('is read as it was written, for the engine of another machine', () => {
    const run = fullPlan();

    expect(readSentPlan(JSON.stringify(sentPlan(run)))).toEqual({
      ...run,
      backend: { name: 'docker', options: {} },
    });
  });

  it.each([
    ['no JSON', '{'],
    ['another version', written({ version: 2 })],
    ['an image without its digest', written({ image: 'ghcr.io/acme/train:v1' })],
    ['a name that is none', written({ run: '../../etc' })],
    ['variables of the runner as secrets', written({ secrets: ['ACTIONS_RUNTIME_TOKEN'] })],
    ['a variable that is none', written({ env: { 'A=B': 'x' } })],
    ['labels of others', written({ labels: { 'com.docker.compose.project': 'x' } })],
    ['a field that nobody knows', written({ mounts: [{ from: '/', to: '/host' }] })],
    ['caches', written({ caches: [] })],
    ['a folder that is no path', written({ workdir: '../..' })],
  ])('is refused with %s', (_, text) => {
    expect(() => readSentPlan(text)).toThrow('the plan of the run: ');
  });
});

describe('what an owner allows to runs of others', () => {
  const plan = `ghcr.io/acme/train@sha256:${'a'.repeat(64)}`;

  it.each([['ghcr.io/acme/train'], ['ghcr.io/acme/*'], ['ghcr.io/*']])('are images below %s', (image) => {
    expect(allowedPlan(plan, { images: ['registry.test/x', image] }).path).toBe('acme/train');
  });

  it.each([
    ['none', []],
    ['another repository', ['ghcr.io/acme/trainer']],
    ['a name that begins alike', ['ghcr.io/acm/*']],
    ['the path on another host', ['registry.test/acme/*']],
    ['no whole part', ['ghcr.io/acme/t*']],
  ])('is no image where there is %s', (_, images) => {
    expect(() => allowedPlan(plan, { images })).toThrow(/names no repository|does not allow/);
  });

  it('is no plan by a tag, which somebody may move', () => {
    expect(() => allowedPlan('ghcr.io/acme/train:v1', { images: ['ghcr.io/*'] })).toThrow('has no digest');
  });

  it('are the secrets that it names, and the run that was asked for', () => {
    const run = fullPlan({ id: 'train-1', detached: true });
    const allowed = { run: 'train-1', images: [], secrets: ['HF_TOKEN'] };

    expect(allowedRun(run, allowed)).toMatchObject({
      backend: { name: 'docker', options: {} },
      outputsTo: 'registry',
    });
    expect(allowedRun(run, allowed).detached).toBeUndefined();
    expect(() => allowedRun(run, { ...allowed, secrets: [] })).toThrow('does not allow: HF_TOKEN');
    expect(() => allowedRun(run, { ...allowed, run: 'train-2' })).toThrow('the plan is of the run train-1');
  });
});
