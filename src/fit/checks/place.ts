import { printBytes } from '../../disk/bytes.ts';
import { LINUX_AMD64, printPlatform } from '../../oci/platform.ts';
import type { Platform } from '../../oci/types.ts';
import type { Check, Fact, Misfit, TargetFacts } from '../facts.ts';
import { OURS } from '../tables.ts';
import { majorOf } from '../version.ts';

/** G7: whether the image is made for the CPUs there. */
export const checkPlatform: Check = ({ image, target }) => {
  const { platforms } = image;
  const { architecture } = target;
  if (platforms === undefined) return [];
  if (architecture === undefined) return otherCpus(platforms, target);
  if (platforms.value.some((platform) => platform.architecture === architecture.value)) return [];
  return [
    {
      level: 'error',
      code: 'fit-platform',
      about: 'image',
      message: `the image is for ${platforms.value.map(printPlatform).join(', ')} (${platforms.source}), and the CPUs of ${target.name} are ${architecture.value} (${architecture.source})`,
      hint: `write image: { platforms: [linux/${architecture.value}] }`,
    },
  ];
};

/** Where nobody says which CPUs there are, they are the usual ones. */
function otherCpus({ value, source }: Fact<readonly Platform[]>, { name }: TargetFacts): readonly Misfit[] {
  if (value.some((platform) => platform.architecture === LINUX_AMD64.architecture)) return [];
  const message = `the image is for ${value.map(printPlatform).join(', ')} (${source}), and nobody says which CPUs ${name} has`;
  return [{ level: 'notice', code: 'fit-unknown', about: 'image', message }];
}

/** G8: whether a container gets a GPU there at all. */
export const checkRuntime: Check = ({ target: { name, runtime } }) => {
  if (runtime?.value !== 'none') return [];
  return [
    {
      level: runtime.presumed === true ? 'warning' : 'error',
      code: 'fit-runtime',
      about: 'gpu',
      message: `containers get no GPU on ${name} (${runtime.source})`,
      hint: runtime.fix ?? 'install the NVIDIA Container Toolkit there',
    },
  ];
};

/** G12, as far as a driver tells it without a program on the GPU: whether each of them answers. */
export const checkAnswering: Check = ({ target, gpu }) => {
  const { gpus, lost } = target;
  if (lost === undefined) return [];
  const left = (gpus?.value ?? []).reduce((sum, { count = 1 }) => sum + count, 0);
  return [
    {
      level: left < (gpu?.count.min ?? 1) ? 'error' : 'warning',
      code: 'fit-lost',
      about: 'gpu',
      message: `${target.name} has a GPU that does not answer its driver (${lost.source}): ${lost.value.join('; ')}`,
      hint: 'reset it (nvidia-smi --gpu-reset) or restart the machine, and send jobs elsewhere until then',
    },
  ];
};

/** The folder of the package itself: images of NGC have `compat/lib` there, which they make only where it helps. */
const FORCED_COMPAT = /(?:^|:)\/usr\/local\/cuda[^:/]*\/compat\/?(?::|$)/;

/** G5: a library for GPUs of data centers that is forced on one of another kind ends each program that uses CUDA. */
export const checkBrand: Check = ({ image, target }) => {
  const path = image.env?.value.get('LD_LIBRARY_PATH') ?? '';
  const gpu = target.gpus?.value.find(({ brand }) => brand === 'geforce' || brand === 'titan');
  if (gpu === undefined || !FORCED_COMPAT.test(path)) return [];
  return [
    {
      level: 'error',
      code: 'fit-brand',
      about: 'image',
      message: `the image forces cuda-compat (LD_LIBRARY_PATH of ${image.env?.source}), which works on GPUs for data centers alone, and ${target.name} has ${gpu.name} (${target.gpus?.source})`,
      hint: 'take /usr/local/cuda/compat out of LD_LIBRARY_PATH',
    },
  ];
};

/** Layers are kept compressed and unpacked side by side while they are pulled. */
const UNPACKED = 2.5;

/** G9: whether the image has room. */
export const checkDisk: Check = ({ image, target }) => {
  const { size } = image;
  const { freeDisk } = target;
  if (size === undefined || freeDisk === undefined) return [];
  const needed = size.value * UNPACKED;
  if (needed <= freeDisk.value) return [];
  return [
    {
      // What of it is there already, nobody says here.
      level: 'warning',
      code: 'fit-disk',
      about: 'image',
      message: `the image has ${printBytes(size.value)} of layers (${size.source}), which take about ${printBytes(needed)}, and ${target.name} has ${printBytes(freeDisk.value)} free (${freeDisk.source})`,
      hint: 'remove images there (docker image prune), or make the image smaller',
    },
  ];
};

/** G10: a driver that gets no fixes any more. */
export const checkEndOfLife: Check = ({ target, month, tables = OURS }) => {
  const { driver } = target;
  if (driver === undefined || month === undefined) return [];
  const row = tables.driverBranches.find(({ branch }) => branch === majorOf(driver.value));
  if (row === undefined || month <= row.end) return [];
  const message = `${target.name} has driver ${driver.value} (${driver.source}), whose branch ended in ${row.end}`;
  return [{ level: 'notice', code: 'fit-driver-end', about: 'gpu', message }];
};
