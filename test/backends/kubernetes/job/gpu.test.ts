import { describe, expect, it } from '@jest/globals';
import { jobBody } from '../../../../src/backends/kubernetes/job/job.ts';
import { refuseRun } from '../../../../src/backends/kubernetes/refusals.ts';
import type { KubernetesOptions } from '../../../../src/backends/types/kubernetes-options.ts';
import { Findings } from '../../../../src/findings.ts';
import type { Gpu } from '../../../../src/jobspec/job/resources.ts';
import { clusterPlan } from '../../kubernetes-bench.ts';

const ONE: Gpu = { count: { min: 1, max: 1 }, names: [], optional: false };
const CHOSEN: KubernetesOptions = { 'node-selector': new Map([['pool', 'gpus']]) };

function planWith(gpu: Partial<Gpu>, options: KubernetesOptions = {}) {
  return clusterPlan('true', {
    resources: { gpu: { ...ONE, ...gpu } },
    backend: { name: 'kubernetes', options: { ...options } },
  });
}

function refused(gpu: Partial<Gpu>, options?: KubernetesOptions) {
  const findings = new Findings();
  refuseRun({ run: planWith(gpu, options), origins: new Map() }, findings);
  return findings.all.map(({ message }) => message);
}

describe('a GPU on a cluster', () => {
  it.each([
    ['a name', { names: ['A100'] }, undefined, 'not by the name "A100"'],
    ['the memory of one of AMD', { vendor: 'amd', memory: { min: 24e9 } }, undefined, 'of AMD is not known'],
    ['a vendor without a device plugin here', { vendor: 'intel' }, CHOSEN, 'GPUs of "intel"'],
  ])('is refused for %s that no label tells', (_, gpu, options, message) => {
    expect(refused(gpu, options)).toEqual([expect.stringContaining(message)]);
  });

  it.each([
    ['of AMD', { vendor: 'amd' }, undefined],
    ['of AMD, with nodes that are chosen', { vendor: 'amd', memory: { min: 24e9 } }, CHOSEN],
    ['by its memory', { memory: { min: 24e9 } }, undefined],
  ])('may be one %s', (_, gpu, options) => {
    expect(refused(gpu, options)).toEqual([]);
  });

  it.each([
    [undefined, 'nvidia.com/gpu'],
    ['amd', 'amd.com/gpu'],
  ])('of vendor %s tolerates the taint of its own nodes', (vendor, key) => {
    const body = jobBody(planWith({ vendor }), { namespace: 'ml', pullSecret: undefined });

    expect(body).toMatchObject({ spec: { template: { spec: { tolerations: [{ key }] } } } });
  });
});
