import { describe, expect, it } from '@jest/globals';
import { checkFit } from '../../../src/fit/checks/fit.ts';
import { targetOfSmi } from '../../../src/fit/smi.ts';
import { chooseRecipes } from '../../../src/recipe/choose/choose.ts';
import { MACHINES } from '../../fit/machines.ts';
import { type Files, jobOf, treeOf } from '../support.ts';

/** What is written for an image on a machine whose driver is too old. */
function hintFor(image: string, driver: string, files: Files = {}): string | undefined {
  const job = jobOf(`run: x\ngpu: 1\nimage: ${image}\n`);
  const [recipe] = chooseRecipes(job, treeOf({ 'main.py': '', ...files }));
  const target = {
    ...targetOfSmi({ query: MACHINES.rtx4090 }, 'the machine'),
    driver: { value: driver, source: '' },
  };
  return checkFit({ image: recipe?.facts ?? {}, target }).find(({ code }) => code === 'fit-driver')?.hint;
}

const LOCKS = {
  'pyproject.toml':
    '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.12"\ndependencies = ["torch"]\n',
  'uv.lock':
    'version = 1\nrequires-python = ">=3.12"\n\n[[package]]\nname = "nvidia-cuda-runtime"\nversion = "13.0.96"\n\n[[package]]\nname = "torch"\nversion = "2.11.0"\n',
};
const pylock = (text: string) => ({ 'requirements.lock': text });

describe('another CUDA, where the driver is too old for that of an image', () => {
  it.each<[string, string, string, string, Files?]>([
    [
      'of torch is a line of the spec',
      '{ packages: ["torch==2.11.0"] }',
      '570.124.06',
      'write image: { cuda: "12.9" }, whose',
    ],
    [
      'of jax is another extra',
      '{ packages: ["jax[cuda13]"] }',
      '570.124.06',
      'ask for "jax[cuda12]", whose programs',
    ],
    [
      'of jax that nothing runs is none',
      '{ packages: ["jax[cuda]"] }',
      '470.57.02',
      'take a machine with driver 525 ',
    ],
    [
      'of TensorFlow is an older version',
      '{ packages: ["tensorflow[and-cuda]==2.18.0"] }',
      '470.57.02',
      'ask for "tensorflow[and-cuda]==2.14.*", whose',
    ],
    [
      'of a base is another tag',
      '{ base: "nvidia/cuda:13.1.0-runtime-ubuntu24.04" }',
      '570.124.06',
      'take a tag of the image that is for CUDA 12.9, or an older one',
    ],
    [
      'of an image that is used as it is, too',
      'pytorch/pytorch:2.11.0-cuda13.0-cudnn9-runtime',
      '570.124.06',
      'take a tag of the image that is for CUDA 12.9, or an older one',
    ],
    [
      'of a Dockerfile, too',
      '{ dockerfile: Dockerfile }',
      '570.124.06',
      'take a tag of the image that is for CUDA 12.9, or an older one',
      { Dockerfile: 'FROM nvidia/cuda:13.1.0-runtime-ubuntu24.04\n' },
    ],
    [
      'of packages goes before a base',
      '{ base: "python:3.13", packages: ["jax[cuda13]"] }',
      '570.124.06',
      'ask for "jax[cuda12]"',
    ],
    [
      'of a lock of uv is one that is made again',
      '{}',
      '570.124.06',
      'write into pyproject.toml, and run "uv lock":\n    [[tool.uv.index]]\n    name = "pytorch-cu129"',
      LOCKS,
    ],
    [
      'of a lock with jax, too',
      '{ requirements: requirements.lock }',
      '570.124.06',
      'ask for jax[cuda12], and run the tool that wrote the lock',
      pylock(
        'jax==0.12.0 --hash=sha256:0\njax-cuda13-plugin==0.12.0 --hash=sha256:0\nnvidia-cuda-runtime==13.0.96\n',
      ),
    ],
    [
      'of a lock of pip, too',
      '{ requirements: requirements.lock }',
      '570.124.06',
      'create it again with the tool that wrote it, with the extra index https://download.pytorch.org/whl/cu129',
      pylock('torch==2.11.0 --hash=sha256:0\nnvidia-cuda-runtime==13.0.96\n'),
    ],
  ])('%s', (_, image, driver, expected, files = {}) => {
    expect(hintFor(image, driver, files)).toContain(expected);
  });
});
