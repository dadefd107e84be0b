import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { checkFit } from '../../../src/fit/checks/fit.ts';
import type { Job } from '../../../src/jobspec/job/job.ts';
import { printPlatform } from '../../../src/oci/platform.ts';
import { chooseRecipes } from '../../../src/recipe/choose/choose.ts';
import type { Recipe } from '../../../src/recipe/recipe.ts';
import { declaredTarget } from '../../../src/recipe/target/declared.ts';
import { type Files, jobOf, treeOf } from '../support.ts';

const job = (lines: string): Job => jobOf(`run: x\n${lines}\n`);

function recipesOf(lines: string, files: Files = {}): readonly Recipe[] {
  return chooseRecipes(job(lines), treeOf({ 'main.py': '', ...files }));
}

function recipeOf(lines: string, files: Files = {}): Recipe {
  const [recipe] = recipesOf(lines, files);
  if (recipe === undefined) throw new Error('a job has a recipe');
  return recipe;
}

/** What ids are made from; where something was written is not part of them. */
function contents({ environment, platform, facts }: Recipe) {
  const withoutPlaces = JSON.stringify({ environment, platform }, (key, value) =>
    key === 'origin' ? undefined : value instanceof Map ? [...value] : value,
  );
  return { contents: JSON.parse(withoutPlaces), cuda: facts.cuda?.value };
}

const TORCH = 'packages: [torch]';
const OLD_A100 = '{ names: [A100], driver: "535" }';
const JAX = 'packages: ["jax[cuda13]"]';
const LOCK = { 'requirements.lock': 'torch==2.11.0 --hash=sha256:0\nnvidia-cuda-runtime==13.0.96\n' };

/** As it is written for the place, and what somebody who knows the tables would have written. */
const CASES: readonly (readonly [image: string, gpu: string, byHand: string, files?: Files])[] = [
  [TORCH, OLD_A100, 'cuda: "12.6"'],
  [TORCH, '{ driver: "570.124.06" }', 'cuda: "12.6"'],
  [TORCH, '{ names: [V100], driver: "590" }', 'cuda: "12.6"'],
  [TORCH, '{ names: [RTX 5090], driver: "575.57.08" }', 'cuda: "12.9"'],
  [TORCH, '{ names: [B200, A100], driver: "570.124.06" }', 'cuda: "12.9"'],
  [TORCH, '{ names: [T4], driver: "470.57.02" }', 'cuda: "11.8"'],
  ['packages: ["torch~=2.4"]', OLD_A100, 'cuda: "12.6"'],
  ['packages: ["torch>=2.9,<2.12"]', OLD_A100, 'cuda: "12.9"'],
  ['packages: ["torch==2.11.0"]', OLD_A100, 'cuda: "12.9"'],
  ['packages: ["torch==2.13.0", torchvision]', OLD_A100, 'cuda: "12.6"'],
  ['packages: ["torch==2.7.1"]', '{ names: [RTX 5090], driver: "570.124.06" }', 'cuda: "12.8"'],
  ['packages: ["torch==2.6.0"]', '{ driver: "470.57.02" }', 'cuda: "11.8"'],
  ['packages: [accelerate]', OLD_A100, 'cuda: "12.6"'],
  ['requirements: requirements.txt', OLD_A100, 'cuda: "12.6"', { 'requirements.txt': 'torch>=2\n' }],
  // Only cuda-compat helps, which works on GPUs for data centers.
  ['packages: ["torch==2.12.1"]', OLD_A100, 'base: "nvidia/cuda:13.1.2-base-ubuntu24.04"'],
  [JAX, OLD_A100, 'base: "nvidia/cuda:13.1.2-base-ubuntu24.04"'],
  ['requirements: requirements.lock', OLD_A100, 'base: "nvidia/cuda:13.1.2-base-ubuntu24.04"', LOCK],
  // No file names a package.
  ['apt: [git]', '{ names: [B200] }', 'base: "pytorch/pytorch:2.7.1-cuda12.8-cudnn9-runtime"'],
  ['apt: [git]', '{ driver: "470.57.02" }', 'base: "pytorch/pytorch:2.7.1-cuda11.8-cudnn9-runtime"'],
];

describe('an image for a GPU that the spec declares', () => {
  it.each(CASES)('%s for %s is as if it said %s', (image, gpu, byHand, files = {}) => {
    const chosen = recipeOf(`gpu: ${gpu}\nimage: { ${image} }`, files);

    const written = recipeOf(`gpu: 1\nimage: { ${image}, ${byHand} }`, files);
    expect(contents(chosen)).toEqual(contents(written));
    expect(chosen.findings.map(({ code }) => code)).toEqual(written.findings.map(({ code }) => code));
    expect(contents(chosen)).not.toEqual(contents(recipeOf(`gpu: 1\nimage: { ${image} }`, files)));
  });

  it.each(CASES)('%s for %s has nothing against it any more', (image, gpu, _, files = {}) => {
    const lines = `gpu: ${gpu}\nimage: { ${image} }`;
    const { facts } = recipeOf(lines, files);

    const found = checkFit({ image: facts, target: declaredTarget(job(lines)) });
    expect(found.filter(({ level }) => level !== 'notice')).toEqual([]);
  });

  it.each<readonly [why: string, image: string, gpu: string, files?: Files]>([
    ['nothing is declared', TORCH, '1'],
    ['the usual one will do', TORCH, '{ names: [H100], driver: "595.45.04" }'],
    ['nothing is known of the driver', 'packages: ["torch==2.11.0"]', 'A100'],
    ['the spec says its CUDA', `${TORCH}, cuda: "13.0"`, OLD_A100],
    ['a version says its build', 'packages: ["torch==2.8.0+cu128"]', '{ names: [P100], driver: "535" }'],
    ['another package fixes it', 'packages: [torch, vllm]', '{ names: [RTX 4090], driver: "535" }'],
    ['cuda-compat is for data centers', JAX, '{ names: [RTX 4090], driver: "535" }'],
    ['no cuda-compat is new enough', 'packages: ["torch==2.15.0"]', OLD_A100],
    ['it is not known which GPU it is', JAX, '{ driver: "535" }'],
    ['nothing is compared', `${TORCH}, labels: { a: b }`, '{ driver: "535", vendor: amd }'],
    [
      'its index has its own builds',
      `${TORCH}, index: { url: "https://packages.example.org/simple/" }`,
      '{ names: [RTX 4090], driver: "535" }',
    ],
    ['its versions have a build that will do', 'packages: ["torch>=2.1,<2.5"]', OLD_A100],
    ['no build of its versions is known', 'packages: ["torch<2.2"]', OLD_A100],
    ['no GPU is old enough', 'base: "python:3.13"', OLD_A100],
  ])('stays as it is: %s', (_, image, gpu, files = {}) => {
    const chosen = recipeOf(`gpu: ${gpu}\nimage: { ${image} }`, files);

    expect(contents(chosen)).toEqual(contents(recipeOf(`gpu: 1\nimage: { ${image} }`, files)));
  });

  it('says what was chosen, and what speaks against the usual one', () => {
    const { reasons } = recipeOf(`gpu: ${OLD_A100}\nimage: { ${TORCH} }`);

    expect(reasons.find(({ subject }) => subject === 'cuda')).toMatchObject({
      choice: '12.6',
      why: 'torch 2.15 with CUDA 13.2 (PyPI) needs driver 580.65.06 or newer, and the target has driver 535 (gpu.driver): torch comes from the index "cu126"',
    });
  });
});

describe('the place that a spec declares', () => {
  it.each([
    ['runs-on: [self-hosted, "gpu:a100", "driver:535"]', 'A100 535 the label "driver:535"'],
    ['runs-on: [self-hosted, gpu-a100-535-1]', 'A100 535 the label "gpu-a100-535-1"'],
    ['gpu: A100\nruns-on: ["driver:535"]', 'A100 535 the label "driver:535"'],
    [
      'backend: { kubernetes: { node-selector: { nvidia.com/gpu.product: NVIDIA-A100-SXM4-80GB, nvidia.com/cuda.driver-version.full: 535.104.05 } } }',
      'A100 535.104.05 node-selector',
    ],
    ['gpu: { driver: 535 }\nbackend: { slurm: { constraint: a100&nvlink } }', 'A100 535 gpu.driver'],
  ])('%s', (lines, expected) => {
    const { driver, gpus } = declaredTarget(job(lines));

    const name = gpus?.value[0]?.computeCapability === '8.0' ? 'A100' : undefined;
    expect(`${name} ${driver?.value} ${driver?.source}`).toBe(expected);
  });

  it.each(['a100|h100', 'rack1&(a100|h100)'])(
    'leaves open which node the constraint %s means',
    (constraint) => {
      expect(declaredTarget(job(`backend: { slurm: { constraint: "${constraint}" } }`)).gpus).toBeUndefined();
    },
  );

  it.each([
    ['gpu: GH200', 'linux/arm64'],
    ['gpu: GB200,GB300', 'linux/arm64'],
    ['gpu: H100,GH200', 'linux/amd64'],
    ['gpu: B200', 'linux/amd64'],
    ['gpu: 1\nruns-on: [self-hosted, ARM64]', 'linux/arm64'],
    ['runs-on: [self-hosted, ARM64]', 'linux/amd64'],
    ['gpu: GH200\nimage: { platforms: [linux/amd64] }', 'linux/amd64'],
    ['gpu: 1\nbackend: { kubernetes: { node-selector: { kubernetes.io/arch: arm64 } } }', 'linux/arm64'],
  ])('%s is planned for %s', (lines, platform) => {
    expect(recipesOf(lines).map((recipe) => printPlatform(recipe.platform))).toEqual([platform]);
  });

  it('has a driver that is written as nvidia-smi shows it', () => {
    expect(() => job('gpu: { driver: new }')).toThrow(UserError);
  });
});
