import { describe, expect, it } from '@jest/globals';
import { CUDA_IMAGES } from '../../../src/data/cuda-images.ts';
import { TORCH } from '../../../src/data/torch.ts';
import { UserError } from '../../../src/errors.ts';
import { printReference } from '../../../src/oci/reference.ts';
import { mirroredUrl } from '../../../src/plan/mirrors.ts';
import { chooseRecipe } from '../../../src/recipe/choose/choose.ts';
import { cudaOf } from '../../../src/recipe/cuda/lock.ts';
import type { Recipe } from '../../../src/recipe/recipe.ts';
import { type Files, jobOf, treeOf } from '../support.ts';

function recipeOf(image: string, { gpu = false, files = {} as Files } = {}): Recipe {
  return chooseRecipe(
    jobOf(`run: x\nimage: { ${image} }\n${gpu ? 'gpu: 1\n' : ''}`),
    treeOf({ 'main.py': '', ...files }),
  );
}

/** The folders of PyTorch's indexes that steps use, with what bounds torch. */
function wheelsOf({ environment }: Recipe): readonly string[] {
  const texts = environment?.steps.map(({ run }) => run) ?? [];
  return texts.flatMap((text) => {
    const folder = /whl\}\/(\w+)"/.exec(text)?.[1];
    const bound = /"\$@" '([^']*)'/.exec(text)?.[1];
    return folder === undefined ? [] : [bound === undefined ? folder : `${folder} ${bound}`];
  });
}

function problemsOf(image: string, options: Parameters<typeof recipeOf>[1] = {}): readonly string[] {
  try {
    return recipeOf(image, options).findings.map(({ level, code }) => `${level} ${code}`);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.findings.map(({ code, hint }) => `${code}: ${hint}`);
  }
}

const baseOf = ({ environment }: Recipe): string =>
  environment?.base === undefined ? '' : printReference(environment.base.reference, { familiar: true });

describe('torch without a GPU', () => {
  it.each([
    ['packages: [torch]', ['cpu']],
    ['packages: ["torchaudio>=2"]', ['cpu']],
    ['packages: [Torch_Vision, numpy]', []],
    ['packages: ["torch==2.7.1+cu126"]', ['cu126']],
    ['packages: ["torch @ https://example.org/torch-2-py3-none-any.whl"]', []],
    ['packages: [torch, vllm]', []],
    ['packages: [numpy]', []],
    ['packages: [torch], index: { url: "https://packages.example.org/simple/" }', []],
    ['packages: [torch], cuda: none, index: { url: "https://packages.example.org/simple/" }', ['cpu']],
  ])('%s comes from %j', (image, wheels) => {
    expect(wheelsOf(recipeOf(image))).toEqual(wheels);
  });

  it.each([
    ['torch\n', ['cpu']],
    ['-r more.txt\n', ['cpu']],
    ['--extra-index-url https://packages.example.org/simple\ntorch\n', []],
    ['-f https://example.org/wheels\ntorch\n', []],
    ['torch ; sys_platform == "darwin"\n', []],
  ])('in a file %j comes from %j', (text, wheels) => {
    const files = { 'requirements.txt': text, 'more.txt': 'torch==2.7.1\n' };

    expect(wheelsOf(recipeOf('requirements: requirements.txt', { files }))).toEqual(wheels);
  });

  it('is what it is with a GPU, unless the spec says otherwise', () => {
    expect(wheelsOf(recipeOf('packages: [torch]', { gpu: true }))).toEqual([]);
    expect(wheelsOf(recipeOf('packages: [torch], cuda: none', { gpu: true }))).toEqual(['cpu']);
  });
});

describe('a version of CUDA', () => {
  it.each([
    ['packages: [torch==2.7.1], cuda: 12.6', ['cu126']],
    ['packages: [torch==2.7.1], cuda: 12.6.3', ['cu126']],
    ['packages: [torch], cuda: 11.8', ['cu118 torch<2.8']],
    ['packages: [torch], cuda: 12.6', ['cu126 torch<2.14']],
    ['packages: ["torch>=2.6"], cuda: 13.4', ['cu134']],
    ['packages: [lightning], cuda: 12.6', ['cu126 torch<2.14']],
    ['packages: [torch==2.15.0], cuda: 13.2', ['cu132']],
  ])('%s takes the wheels of %j', (image, wheels) => {
    expect(wheelsOf(recipeOf(image, { gpu: true }))).toEqual(wheels);
  });

  it.each([
    ['packages: [torch==2.15.0], cuda: 13.2', ['warning cuda-unknown']],
    ['packages: [torch], cuda: 13.4', ['warning cuda-unknown']],
    ['packages: [torch], cuda: 12.6', []],
    [
      'packages: [torch==2.7.1], cuda: 12.1',
      [
        'cuda-torch: torch 2.7.1 is built for CUDA 11.8, 12.6, 12.8; CUDA 12.1 has torch 2.1, 2.2, 2.3, 2.4, 2.5',
      ],
    ],
    [
      'packages: [torch==2.4.1], cuda: 12.4',
      ['torch-python: it is built for 3.8 to 3.12: image: { python: 3.12 }'],
    ],
    ['packages: ["torch==2.7.1+cu118"], cuda: 12.6', ['cuda-build: make the two agree']],
    ['packages: [tensorflow==2.18.0], cuda: 12.6', ['warning cuda-unused']],
    ['base: "debian:12", cuda: 12.6', ['warning moving-tag', 'warning cuda-unused'].slice(1)],
    ['cuda: 13.9', ['warning cuda-unknown']],
  ])('%s says %j', (image, problems) => {
    expect(problemsOf(image, { gpu: true })).toEqual(problems);
  });

  it.each(['cuda: 12', 'cuda: 12.7'])('is refused when there is none: %s', (image) => {
    expect(problemsOf(image, { gpu: true })).toEqual([expect.stringContaining('cuda-version: ')]);
  });

  it.each([
    ['cuda: 12.6', 'nvidia/cuda:12.6.3-cudnn-runtime-ubuntu24.04'],
    ['cuda: 11.8, packages: [cupy-cuda11x]', 'nvidia/cuda:11.8.0-cudnn8-runtime-ubuntu22.04'],
    ['cuda: 12.6, devel: runtime', 'nvidia/cuda:12.6.3-cudnn-devel-ubuntu24.04'],
    ['cuda: 13.9.2', 'nvidia/cuda:13.9.2-cudnn-runtime-ubuntu24.04'],
    ['cuda: none', 'python:3.13-slim-bookworm'],
    ['cuda: 12.6, packages: [torch]', 'python:3.13-slim-bookworm'],
  ])('%s stands on %s', (image, base) => {
    const recipe = recipeOf(image, { gpu: true });

    expect(baseOf(recipe)).toBe(base);
    const titles = recipe.environment?.steps.map(({ title }) => title);
    expect(titles?.includes('python')).toBe(base.startsWith('nvidia') || image.includes('packages'));
  });
});

describe('the CUDA of a lock', () => {
  it.each([
    ['uv.lock', 'name = "nvidia-cuda-runtime-cu12"\nversion = "12.8.90"\nsource', ['12.8']],
    ['uv.lock of CUDA 13', 'name = "nvidia-cuda-runtime"\nversion = "13.0.96"\n', ['13.0']],
    ['requirements', 'nvidia-cuda-runtime-cu12==12.6.77 \\\n  --hash=sha256:00', ['12.6']],
    [
      'Pipfile.lock',
      '"nvidia-cuda-runtime-cu12": {\n "hashes": ["sha256:1"],\n "version": "==12.4.127"\n }',
      ['12.4'],
    ],
    ['a mention', '{ name = "nvidia-cuda-runtime-cu12", marker = "x" }', []],
  ])('is read from %s', (_, text, versions) => {
    expect(cudaOf(text)).toEqual(versions);
  });

  const LOCK = 'name = "nvidia-cuda-runtime-cu12"\nversion = "12.6.77"\n[[package]]\nname = "torch"\n';
  const UV = {
    'pyproject.toml': '[project]\nname = "x"\n',
    'uv.lock': `version = 1\n[[package]]\n${LOCK}version = "2.7.1"\n`,
  };

  it('is told with what to write when it is another one, and not when it is the one', () => {
    const [other] = recipeOf('cuda: 12.8', { gpu: true, files: UV }).findings;

    expect(other).toMatchObject({ level: 'warning', code: 'cuda-locked' });
    expect(other?.hint).toContain('[[tool.uv.index]]\n    name = "pytorch-cu128"');
    expect(other?.hint).toContain('torch = { index = "pytorch-cu128" }');
    expect(recipeOf('cuda: 12.6', { gpu: true, files: UV }).findings).toEqual([]);
    expect(recipeOf('python: 3.12', { gpu: true, files: UV }).findings).toEqual([]);
    expect(wheelsOf(recipeOf('cuda: 12.8', { gpu: true, files: UV }))).toEqual([]);
  });
});

describe('the tables', () => {
  it('are in order, and of versions', () => {
    const minors = TORCH.map(({ torch }) => Number(torch.split('.')[0]) * 100 + Number(torch.split('.')[1]));

    expect(minors).toEqual(minors.toSorted((a, b) => a - b));
    for (const { cuda, python } of TORCH) {
      for (const version of [...cuda, ...python]) expect(version).toMatch(/^\d{1,2}\.\d{1,2}$/);
    }
    for (const [version, [before, after]] of CUDA_IMAGES) {
      expect(before.startsWith(`${version}.`)).toBe(true);
      expect(after).toMatch(/^ubuntu\d\d\.04$/);
    }
  });
});

describe('the mirror of an index', () => {
  it.each([
    ['mirror.example.com/pytorch', 'https://mirror.example.com/pytorch/whl'],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080/whl'],
    [undefined, undefined],
  ])('%s is read at %s', (mirror, url) => {
    const mirrors = new Map(mirror === undefined ? [] : [['download.pytorch.org', mirror]]);

    expect(mirroredUrl('https://download.pytorch.org/whl', { mirrors })).toBe(url);
  });
});
