import { TORCH_ARCHITECTURES } from '../../data/wheels.ts';
import { ownDriver } from '../cuda.ts';
import type { Architectures, Check, FitSubject, TargetGpu } from '../facts.ts';
import { isAtLeast, minorOf } from '../version.ts';
import { sortGpus } from './per-gpu.ts';
import { gpuText } from './text.ts';

/** G1: whether any of its code runs on the GPUs. */
export const checkArchitecture: Check = (subject) => {
  const { architectures, cuda, framework } = subject.image;
  if (architectures === undefined) return [];
  const { unfit, tooFew } = sortGpus(subject, (gpu) => runsOn(gpu, architectures.value, subject));
  if (unfit.length === 0) return [];
  const what = [framework?.value.name ?? 'the image', framework?.value.version].filter(Boolean).join(' ');
  const made = `${what} is compiled for the compute capabilities ${architectures.value.cubins.join(', ')} (${architectures.source})`;
  const who = `${subject.target.name} has ${unfit.map(gpuText).join(', ')} (${subject.target.gpus?.source})`;
  return [
    {
      level: tooFew ? 'error' : 'warning',
      code: 'fit-architecture',
      about: 'image',
      message: `${made}, and ${who}, on which none of it runs`,
      hint: fixFor(unfit, framework?.value.version, cuda?.value),
    },
  ];
};

/**
 * A cubin runs on GPUs of its major version from its minor version on, PTX on every later one, but only with a driver that
 * knows the toolkit it was made by. https://docs.nvidia.com/cuda/cuda-c-programming-guide/#compute-capabilities
 */
function runsOn(
  gpu: TargetGpu,
  { cubins, ptx }: Architectures,
  { image, target }: FitSubject,
): boolean | undefined {
  const { computeCapability: device } = gpu;
  if (device === undefined) return undefined;
  if (cubins.some((cubin) => isFor(cubin, device))) return true;
  if (!ptx.some((one) => isAtLeast(device, one) === true)) return false;
  const own = ownDriver(image.cuda?.value ?? '');
  return own === undefined || target.driver === undefined ? undefined : isAtLeast(target.driver.value, own);
}

function isFor(cubin: string, device: string): boolean {
  if (cubin.endsWith('a')) return cubin.slice(0, -1) === device;
  const [major, minor = '0'] = cubin.replace(/f$/, '').split('.');
  const [ofDevice, minorOfDevice = '0'] = device.split('.');
  return major === ofDevice && Number(minor) <= Number(minorOfDevice);
}

/** Another build of the same torch that has them. */
function fixFor(unfit: readonly TargetGpu[], version: string | undefined, not: string | undefined): string {
  const devices = unfit.flatMap(({ computeCapability }) => computeCapability ?? []);
  const minor = version === undefined ? undefined : minorOf(version);
  const other = TORCH_ARCHITECTURES.findLast(
    ({ cuda, cubins, from = minor, to = minor }) =>
      cuda !== not &&
      minor !== undefined &&
      isAtLeast(minor, from ?? minor) === true &&
      isAtLeast(to ?? minor, minor) === true &&
      devices.every((device) => cubins.some((cubin) => isFor(cubin, device))),
  );
  const elsewhere = 'ask for another GPU, or take a version that is compiled for this one';
  return other === undefined
    ? elsewhere
    : `write image: { cuda: "${other.cuda}" } where torch ${minor} has that build, or ${elsewhere}`;
}
