import { describe, expect, it } from '@jest/globals';
import { checkFit } from '../../src/fit/checks/fit.ts';
import type { ImageFacts, TargetFacts } from '../../src/fit/facts.ts';
import { factsOfEnvironment, factsOfName, mergeImages, pypiTorch, torchFacts } from '../../src/fit/image.ts';
import { targetOfLabels } from '../../src/fit/labels.ts';
import { targetOfSmi } from '../../src/fit/smi.ts';
import { MACHINES, type MachineName } from './machines.ts';

/** Where each verdict comes from. */
const MVC = 'https://docs.nvidia.com/deploy/cuda-compatibility/minor-version-compatibility.html';
const COMPAT = 'https://docs.nvidia.com/deploy/cuda-compatibility/forward-compatibility.html';
const REQUIRE =
  'https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html';
const CC = 'https://developer.nvidia.com/cuda-gpus';
const RELEASE = 'https://github.com/pytorch/pytorch/blob/main/RELEASE.md';
const VOLTA = 'https://github.com/pytorch/pytorch/pull/175253';
const VOLTA_128 = 'https://github.com/pytorch/pytorch/issues/157517';
const TOO_OLD = 'https://github.com/pytorch/pytorch/issues/162531';
const GEFORCE = 'https://gitlab.com/nvidia/container-images/cuda/-/issues/182';
const TF = 'https://www.tensorflow.org/install/source#gpu';

const torch = (version: string, cuda: string): ImageFacts => torchFacts(version, cuda, 'uv.lock');

/** As `docker inspect` shows the environment of nvidia/cuda. */
const cudaImage = (version: string, required: string, more: readonly string[] = []): ImageFacts =>
  factsOfEnvironment(
    [`CUDA_VERSION=${version}`, 'NV_CUDA_CUDART_VERSION=1', `NVIDIA_REQUIRE_CUDA=${required}`, ...more],
    'the image',
  );
const clauses = (...branches: readonly number[]): string =>
  ['tesla', 'nvidia', 'nvidiartx', 'quadrortx']
    .flatMap((brand) => branches.map((branch) => `brand=${brand},driver>=${branch},driver<${branch + 1}`))
    .join(' ');
const CUDA_128 = cudaImage('12.8.1', `cuda>=12.8 ${clauses(470, 535, 550, 565)}`);
const CUDA_130 = cudaImage('13.0.2', `cuda>=13.0 ${clauses(535, 550, 565, 570, 575)}`);
const FORCED = cudaImage('12.8.1', `cuda>=12.8 ${clauses(470, 535, 550, 565)}`, [
  'LD_LIBRARY_PATH=/usr/local/cuda/compat:/usr/local/cuda/lib64',
]);
/** Of NGC: https://docs.nvidia.com/deeplearning/frameworks/pytorch-release-notes/ */
const ngc = (cuda: string): ImageFacts =>
  factsOfEnvironment(
    [
      `CUDA_VERSION=${cuda}`,
      '_CUDA_COMPAT_PATH=/usr/local/cuda/compat',
      'LD_LIBRARY_PATH=/usr/local/cuda/compat/lib:/usr/local/nvidia/lib:/usr/local/nvidia/lib64',
      'NVIDIA_REQUIRE_CUDA=cuda>=9.0',
    ],
    'the image',
  );
const OLD_COMPAT = mergeImages(torch('2.11.0', '13.0'), factsOfName('library/nvidia/cuda', '12.9.1-base'));
const LEGACY = factsOfEnvironment(['CUDA_VERSION=11.8.0'], 'the image');

type Place = MachineName | readonly string[];
const targetOf = (place: Place): TargetFacts =>
  typeof place === 'string' ? targetOfSmi({ query: MACHINES[place] }, 'the machine') : targetOfLabels(place);

describe('an image on a machine', () => {
  it.each<[ImageFacts, Place, string, string]>([
    // Any driver of the branch of its CUDA, or newer.
    [torch('2.7.1', '12.6'), 'l40s', 'fits', MVC],
    [torch('2.7.1', '12.6'), 'l4', 'fits', MVC],
    [torch('2.7.1', '12.6'), 'h200', 'fits', MVC],
    [torch('2.8.0', '12.8'), 'l4', 'fits', MVC],
    [torch('2.8.0', '12.8'), 'b200', 'fits', CC],
    [torch('2.8.0', '12.8'), 'gh200', 'fits', CC],
    [torch('2.13.0', '13.0'), 'h200', 'fits', MVC],
    [torch('2.13.0', '13.0'), 'b300', 'fits', CC],
    [torch('2.13.0', '13.0'), 'gb10', 'fits', CC],
    [torch('2.13.0', '13.0'), 'rtxPro6000', 'fits', CC],
    // A driver older than the toolkit's own, of the same major version of CUDA.
    [torch('2.8.0', '12.8'), 'a100', 'fits', MVC],
    [torch('2.8.0', '12.8'), 'a10g', 'fits', MVC],
    [torch('2.8.0', '12.8'), 'h100', 'fits', MVC],
    [torch('2.8.0', '12.8'), 'rtx4090', 'fits', MVC],
    [torch('2.8.0', '12.8'), 'rtx3090', 'fits', MVC],
    [torch('2.7.1', '12.6'), 'a6000', 'fits', MVC],
    [torch('2.6.0', '12.4'), 'a100', 'fits', MVC],
    [torch('2.6.0', '11.8'), 't4', 'fits', MVC],
    [torch('2.6.0', '11.8'), 'old', 'fits', MVC],
    // A driver below the floor of the major version.
    [torch('2.6.0', '12.4'), 't4', 'fit-driver error', MVC],
    [torch('2.7.1', '12.6'), 't4', 'fit-driver error', MVC],
    [torch('2.7.1', '12.6'), 'old', 'fit-driver error', MVC],
    [torch('2.13.0', '13.0'), 'a100', 'fit-driver error', TOO_OLD],
    [torch('2.13.0', '13.0'), 'a10g', 'fit-driver error', TOO_OLD],
    [torch('2.13.0', '13.0'), 'l4', 'fit-driver error', TOO_OLD],
    [torch('2.13.0', '13.0'), 'b200', 'fit-driver error', TOO_OLD],
    [torch('2.13.0', '13.0'), 'rtx5090', 'fit-driver error', TOO_OLD],
    [torch('2.13.0', '13.0'), 'h100', 'fit-driver error', TOO_OLD],
    [
      pypiTorch('2.11.0', 'requirements.txt'),
      'l40s',
      'fit-driver error',
      'https://github.com/pytorch/pytorch/issues/172663',
    ],
    [
      pypiTorch('2.15.0', 'requirements.txt'),
      'l4',
      'fit-driver error',
      'https://pypi.org/project/torch/2.15.0/',
    ],
    [
      pypiTorch('2.12.1', 'requirements.txt'),
      'l4',
      'fit-driver error',
      'https://pypi.org/project/torch/2.12.1/',
    ],
    [pypiTorch('2.14.1', 'requirements.txt'), 'h200', 'fits', 'https://pypi.org/project/torch/2.14.1/'],
    [
      pypiTorch('2.15.0', 'requirements.txt'),
      'v100',
      'fit-driver error, fit-architecture error',
      'https://pypi.org/project/torch/2.15.0/',
    ],
    [pypiTorch(undefined, 'requirements.txt'), 'l4', 'fit-driver warning', TOO_OLD],
    [pypiTorch(undefined, 'requirements.txt'), 'b300', 'fits', TOO_OLD],
    [pypiTorch('2.10.0', 'requirements.txt'), 'l4', 'fits', MVC],
    // Compiled for other GPUs.
    [torch('2.8.0', '12.6'), 'v100', 'fits', RELEASE],
    [torch('2.8.0', '12.8'), 'v100', 'fits', VOLTA_128],
    [torch('2.7.1', '12.8'), 'v100', 'fit-architecture error', VOLTA_128],
    [torch('2.11.0', '12.8'), 'v100', 'fit-architecture error', VOLTA],
    [torch('2.11.0', '12.6'), 'v100', 'fits', RELEASE],
    [torch('2.13.0', '13.0'), 'p4', 'fit-architecture error', RELEASE],
    [torch('2.8.0', '12.8'), 'p4', 'fit-architecture error', RELEASE],
    [torch('2.8.0', '12.6'), 'p4', 'fits', RELEASE],
    [torch('2.6.0', '12.4'), 'rtx5090', 'fit-architecture error', CC],
    [torch('2.7.1', '12.6'), 'rtx5090', 'fit-architecture error', CC],
    [torch('2.7.1', '12.8'), 'rtx5090', 'fits', CC],
    [torch('2.5.1', '12.4'), 'b200', 'fit-architecture error', CC],
    [torch('2.5.1', '12.1'), 'gb10', 'fit-architecture error', CC],
    [torch('2.11.0', '12.8'), 'mixed', 'fit-architecture warning', VOLTA],
    [torch('2.99.0', '14.1'), 'v100', 'fits', 'newer than every table'],
    // What an image itself requires.
    [CUDA_128, 'l4', 'fits', REQUIRE],
    [CUDA_128, 'v100', 'fits', REQUIRE],
    [CUDA_128, 'a6000', 'fits', REQUIRE],
    [CUDA_128, 'h100', 'fit-requirement warning', REQUIRE],
    [CUDA_128, 'rtx3090', 'fit-requirement warning', REQUIRE],
    [CUDA_128, 'rtx5090', 'fits', REQUIRE],
    [CUDA_130, 'l4', 'fit-compat notice', COMPAT],
    [CUDA_130, 'v100', 'fit-compat notice', COMPAT],
    [CUDA_130, 'b200', 'fit-compat notice', COMPAT],
    [CUDA_130, 'rtx5090', 'fit-driver error', COMPAT],
    [CUDA_130, 'rtx3090', 'fit-driver error', COMPAT],
    [CUDA_130, 'h100', 'fit-driver error', COMPAT],
    [CUDA_130, 'h200', 'fits', REQUIRE],
    [LEGACY, 'a100', 'fits', REQUIRE],
    [LEGACY, 'old', 'fit-requirement warning', REQUIRE],
    [FORCED, 'rtx4090', 'fit-brand error, fit-requirement warning', GEFORCE],
    [FORCED, 'a10g', 'fits', COMPAT],
    [
      factsOfEnvironment(['NVIDIA_REQUIRE_CUDA=cuda>=12.8', 'NVIDIA_DISABLE_REQUIRE=true'], 'the image'),
      'old',
      'fits',
      REQUIRE,
    ],
    [
      factsOfEnvironment(['NVIDIA_REQUIRE_CUDA=cuda>=12.8', 'NVIDIA_DISABLE_REQUIRE=1'], 'the image'),
      'old',
      'fits',
      REQUIRE,
    ],
    // A script of the image uses its cuda-compat where that helps, if it is run.
    [ngc('12.8.1.012'), 'rtx4090', 'fits', GEFORCE],
    [ngc('13.0.2.006'), 'l4', 'fit-compat warning', COMPAT],
    [ngc('13.0.2.006'), 'rtx5090', 'fit-driver error', COMPAT],
    // cuda-compat of an older CUDA than that of the program.
    [OLD_COMPAT, 'v100', 'fit-driver error, fit-architecture error', COMPAT],
    // By name alone.
    [
      factsOfName('pytorch/pytorch', '2.7.1-cuda12.6-cudnn9-runtime'),
      'rtx5090',
      'fit-architecture error',
      CC,
    ],
    [factsOfName('pytorch/pytorch', '2.7.1-cuda12.6-cudnn9-runtime'), 'a10g', 'fits', MVC],
    [factsOfName('library/nvidia/cuda', '13.1.0-runtime-ubuntu24.04'), 'l4', 'fit-compat notice', COMPAT],
    [factsOfName('tensorflow/tensorflow', '2.16.1-gpu'), 't4', 'fit-driver error', TF],
    [factsOfName('tensorflow/tensorflow', '2.11.0-gpu'), 't4', 'fits', TF],
    // As far as labels say it.
    [torch('2.13.0', '13.0'), ['gpu:a100', 'driver:535'], 'fit-driver error', MVC],
    [torch('2.13.0', '13.0'), ['gpu:a100', 'driver:590'], 'fits', MVC],
    [torch('2.13.0', '13.0'), ['gpu:v100', 'driver:590'], 'fit-architecture error', RELEASE],
    [torch('2.13.0', '13.0'), ['gpu-v100-590-1'], 'fit-architecture error', RELEASE],
    [mergeImages({}), 'a100', 'fits', 'nothing is known of the image'],
  ])('row %#', (image, place, expected, source) => {
    const found = checkFit({ image, target: targetOf(place) });

    const verdict = found.map(({ code, level }) => `${code} ${level}`).join(', ') || 'fits';
    expect({ verdict, source }).toEqual({ verdict: expected, source });
  });

  it('is helped by a build that there is of its torch', () => {
    const found = checkFit({ image: torch('2.7.1', '12.6'), target: targetOf('rtx5090') });
    expect(found.find(({ code }) => code === 'fit-architecture')?.hint).toContain(
      'write image: { cuda: "12.8" } where torch 2.7 has that build',
    );
  });

  it('is told with both facts, where they come from, and what to write', () => {
    const found = checkFit({ image: torch('2.11.0', '13.0'), target: targetOf('l4') });

    expect(found).toEqual([
      {
        level: 'error',
        code: 'fit-driver',
        about: 'image',
        message:
          'torch 2.11.0 with CUDA 13.0 (uv.lock) needs driver 580.65.06 or newer, and the machine has driver 570.124.06 (nvidia-smi)',
        hint: 'write image: { cuda: "12.9" }, whose programs that driver runs, or take a machine with driver 580 (a runner with the label "driver:580")',
      },
    ]);
  });
});
