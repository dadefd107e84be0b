import { TORCH } from '../../data/torch.ts';
import { ownDriver } from '../cuda.ts';
import type { Architectures, Check, Fact, FitSubject, Framework, Misfit, TargetGpu } from '../facts.ts';
import { OURS } from '../tables.ts';
import { isAtLeast, minorOf } from '../version.ts';
import { fixedFix } from './fix.ts';
import { type Sorted, sortGpus } from './per-gpu.ts';
import { gpuText } from './text.ts';

/** G1: whether any of its code runs on the GPUs. */
export const checkArchitecture: Check = (subject) => {
  const { architectures, framework } = subject.image;
  if (architectures === undefined) return [];
  const what = framework === undefined ? 'the image' : nameOf(framework.value);
  if (isEmpty(architectures.value)) return withoutCode(what, subject, architectures.source);
  const found = unfitFor(architectures.value, subject);
  if (found === undefined) return [];
  const hint = fixFor(found.unfit, subject);
  return [
    {
      level: found.tooFew ? 'error' : 'warning',
      code: 'fit-architecture',
      about: 'image',
      message: sentence(what, architectures, found, subject),
      hint,
    },
  ];
};

/** The same of packages beside the framework: nobody knows whether the job uses their code. */
export const checkOthers: Check = (subject) => {
  const { others } = subject.image;
  if (others === undefined) return [];
  return others.value.flatMap((one) => {
    const found = isEmpty(one.architectures) ? undefined : unfitFor(one.architectures, subject);
    if (found === undefined) return [];
    const fact = { value: one.architectures, source: others.source };
    const message = sentence(nameOf(one), fact, found, subject);
    const hint = 'take a version of it that is compiled for this GPU, or build it for this GPU yourself';
    return [{ level: 'warning', code: 'fit-architecture', about: 'image', message, hint } as const];
  });
};

function nameOf({ name, version }: Pick<Framework, 'name' | 'version'>): string {
  return [name, version].filter(Boolean).join(' ');
}

function isEmpty({ cubins, ptx }: Architectures): boolean {
  return cubins.length === 0 && ptx.length === 0;
}

/** A framework that finds no GPU goes on silently on the CPU. Another package may be what uses the GPU. */
function withoutCode(what: string, { image, gpu }: FitSubject, source: string): readonly Misfit[] {
  if (gpu === undefined || image.others !== undefined) return [];
  const message = `${what} has no code for GPUs (${source}), and the job asks for one`;
  const hint = 'take its build for CUDA, or leave "gpu" out';
  return [{ level: 'warning', code: 'fit-architecture', about: 'image', message, hint }];
}

function unfitFor(code: Architectures, subject: FitSubject): Sorted | undefined {
  const sorted = sortGpus(subject, (gpu) => runsOn(gpu, code, subject));
  return sorted.unfit.length === 0 ? undefined : sorted;
}

function sentence(
  what: string,
  { value: { cubins, ptx }, source }: Fact<Architectures>,
  { unfit }: Sorted,
  { target }: FitSubject,
): string {
  const compiled = cubins.length === 0 ? `${ptx.join(', ')} (PTX alone)` : cubins.join(', ');
  const made = `${what} is compiled for the compute capabilities ${compiled} (${source})`;
  return `${made}, and ${target.name} has ${unfit.map(gpuText).join(', ')} (${target.gpus?.source}), on which none of it runs`;
}

/**
 * A cubin runs on GPUs of its major version from its minor version on, PTX on every later one, but only with a driver that
 * knows the toolkit it was made by. https://docs.nvidia.com/cuda/cuda-c-programming-guide/#compute-capabilities
 */
function runsOn(
  gpu: TargetGpu,
  { cubins, ptx, ptxCuda }: Architectures,
  { image, target, tables }: FitSubject,
): boolean | undefined {
  const { computeCapability: device } = gpu;
  if (device === undefined) return undefined;
  if (cubins.some((cubin) => isFor(cubin, device))) return true;
  // Of one architecture alone, or of one family, PTX is no more portable than machine code.
  if (!ptx.some((one) => (/[af]$/.test(one) ? isFor(one, device) : isAtLeast(device, one) === true)))
    return false;
  const own = ownDriver(ptxCuda ?? image.cuda?.value ?? '', tables);
  return own === undefined || target.driver === undefined ? undefined : isAtLeast(target.driver.value, own);
}

function isFor(cubin: string, device: string): boolean {
  if (cubin.endsWith('a')) return cubin.slice(0, -1) === device;
  const [major, minor = '0'] = cubin.replace(/f$/, '').split('.');
  const [ofDevice, minorOfDevice = '0'] = device.split('.');
  return major === ofDevice && Number(minor) <= Number(minorOfDevice);
}

/** Another build of the same torch that has them. */
function fixFor(unfit: readonly TargetGpu[], { image, tables = OURS }: FitSubject): string {
  const { name, version } = image.framework?.value ?? {};
  const not = image.cuda?.value;
  const devices = unfit.flatMap(({ computeCapability }) => computeCapability ?? []);
  const minor = name !== 'torch' || version === undefined ? undefined : minorOf(version);
  const builds = TORCH.find(({ torch }) => torch === minor)?.cuda;
  const other = tables.torchArchitectures.findLast(
    ({ cuda, cubins, from = minor, to = minor }) =>
      cuda !== not &&
      builds?.includes(cuda) !== false &&
      minor !== undefined &&
      isAtLeast(minor, from ?? minor) === true &&
      isAtLeast(to ?? minor, minor) === true &&
      devices.every((device) => cubins.some((cubin) => isFor(cubin, device))),
  );
  const elsewhere = 'ask for another GPU, or take a version that is compiled for this one';
  if (other === undefined) return elsewhere;
  if (image.cudaFrom !== undefined) return `${elsewhere}, or ${fixedFix(image.cudaFrom, other.cuda)}`;
  return `write image: { cuda: "${other.cuda}" } where torch ${minor} has that build, or ${elsewhere}`;
}
