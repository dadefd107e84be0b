import { COMPAT_DRIVERS } from '../../data/cuda-drivers.ts';
import { CUDA_IMAGES } from '../../data/cuda-images.ts';
import type { ImageFacts, TargetFacts } from '../../fit/facts.ts';
import { isAtLeast, majorOf } from '../../fit/version.ts';
import { contradictionOf } from './contradiction.ts';

/** As NVIDIA calls its GPUs for data centers, the only ones that its library is made for. */
const BRANDS: ReadonlySet<string | undefined> = new Set(['tesla', 'nvidia']);

/**
 * The base with a `cuda-compat` that lets programs of the image's CUDA run on a driver that is too old for them:
 * https://docs.nvidia.com/deploy/cuda-compatibility/forward-compatibility.html
 */
export function compatBaseFor(image: ImageFacts, target: TargetFacts): string | undefined {
  const { cuda } = image;
  const gpus = target.gpus?.value ?? [];
  if (cuda === undefined || gpus.length === 0 || !gpus.every(({ brand }) => BRANDS.has(brand)))
    return undefined;
  const row = COMPAT_DRIVERS.find(
    (one) =>
      majorOf(one.cuda) === majorOf(cuda.value) &&
      isAtLeast(one.cuda, cuda.value) === true &&
      contradictionOf({ ...image, compat: { value: one.cuda, source: '' } }, target) === undefined,
  );
  const parts = row && CUDA_IMAGES.get(row.cuda);
  // Each release has an image without cuDNN and the libraries of CUDA, which the wheels bring.
  return parts && `nvidia/cuda:${parts[0].replace(/-cudnn\d*$/, '')}-base-${parts[1]}`;
}
