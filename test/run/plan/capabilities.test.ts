import { describe, expect, it } from '@jest/globals';
import type { Capabilities } from '../../../src/backends/types/row.ts';
import { LINUX_AMD64 } from '../../../src/oci/platform.ts';
import { planJobs } from '../../../src/plan/images/plan-jobs.ts';
import type { Destination, Plan } from '../../../src/plan/plan.ts';
import { chooseRecipes } from '../../../src/recipe/choose/choose.ts';
import { claimProblems } from '../../../src/run/mounts/claims.ts';
import { capabilityProblems } from '../../../src/run/plan/capabilities.ts';
import { factsOf, jobsOf, treeOf } from '../../recipe/support.ts';

const ENGINE: Destination = { kind: 'engine' };
const REGISTRY: Destination = {
  kind: 'registry',
  repository: { registry: 'r.example.org', path: 'demo' },
  auto: false,
};
const CLUSTER: Capabilities = {
  registry: 'required',
  platforms: [LINUX_AMD64],
  claims: true,
  queue: true,
  nodes: true,
  outlives: true,
  keepsOutputs: 60,
};
const FILES = { 'train.py': 'print(1)\n' };
const BUILT = 'image: { packages: [attrs] }';

function planOf(image: string, destination: Destination): Plan {
  const recipes = jobsOf(`name: train\nrun: x\n${image}\n`).flatMap((job) =>
    chooseRecipes(job, treeOf(FILES)),
  );
  return planJobs(recipes, factsOf(recipes, FILES), destination, { mirrors: new Map() });
}

describe('the image of a job', () => {
  it.each<[string, string, Destination, readonly string[]]>([
    ['in a registry', BUILT, REGISTRY, []],
    ['that somebody else keeps', 'image: python:3.13', ENGINE, []],
    [
      'in the engine of this machine',
      BUILT,
      ENGINE,
      [
        'the backend "docker" of the job train pulls its image from a registry, and the image is kept in the engine of this machine',
      ],
    ],
    ['of several platforms', 'image: { platforms: [linux/arm64, linux/amd64] }', REGISTRY, []],
    [
      'of another platform',
      'image: { platforms: [linux/arm64] }',
      REGISTRY,
      [
        'the image of the job train is for linux/arm64, and the machines of the backend "docker" are linux/amd64',
      ],
    ],
  ])('%s is held against a place that pulls for one platform', (_, image, destination, told) => {
    const [job] = planOf(image, destination).jobs;

    const problems = job === undefined ? [] : capabilityProblems(job, destination, CLUSTER);

    expect(problems.map(({ message }) => message)).toEqual(told);
  });

  it.each([
    ['nodes: 2', 'asks for 2 nodes, and a run of the backend "docker" has one machine'],
    ['nodes: 1', undefined],
  ])('of a job with %s', (nodes, told) => {
    const [job] = planOf(`image: python:3.13\n${nodes}`, ENGINE).jobs;
    const problems = job === undefined ? [] : capabilityProblems(job, ENGINE);

    expect(problems.map(({ message }) => message)).toEqual(
      told === undefined ? [] : [`the job train ${told}`],
    );
    expect(job && capabilityProblems(job, REGISTRY, CLUSTER)).toEqual([]);
  });

  it('is no matter on the engine of this machine', () => {
    expect(planOf(BUILT, ENGINE).jobs.flatMap((job) => capabilityProblems(job, ENGINE))).toEqual([]);
  });
});

describe('claims of a cluster', () => {
  const MOUNTS = 'mounts: [{ from: "pvc:sets", to: /sets }, { from: /data, to: /data }]';
  const OUTPUTS = 'outputs: { paths: [out/], to: "pvc:results/runs" }';

  it.each([
    [
      false,
      [
        'mount:2 "pvc:sets" is a claim of a Kubernetes cluster, and the backend "docker" has none',
        'mount:3 "pvc:results/runs" is a claim of a Kubernetes cluster, and the backend "docker" has none',
      ],
    ],
    [true, ['mount:2 "/data" is a folder of one machine, and the job train runs on the nodes of a cluster']],
  ])('are for a place that has them: %s', (claims, told) => {
    const [job] = jobsOf(`name: train\n${MOUNTS}\n${OUTPUTS}\nrun: x\n`);

    const problems = job === undefined ? [] : claimProblems(job, { ...CLUSTER, claims });

    expect(problems.map(({ code, location, message }) => `${code}:${location?.line} ${message}`)).toEqual(
      told,
    );
  });
});
