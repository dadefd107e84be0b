import type { ImageFacts, TargetFacts, TargetGpu } from '../facts.ts';

/** `torch 2.13.0 with CUDA 13.0 (uv.lock)`. */
export function imageText({ framework, cuda }: ImageFacts): string {
  const what =
    framework === undefined
      ? 'the image'
      : [framework.value.name, framework.value.version].filter(Boolean).join(' ');
  return cuda === undefined ? what : `${what} with CUDA ${cuda.value} (${cuda.source})`;
}

/** `this machine has driver 570.124.06 (nvidia-smi)`. */
export function driverText({ name, driver }: TargetFacts): string {
  return `${name} has driver ${driver?.value} (${driver?.source})`;
}

export function gpuText({ name = 'a GPU', computeCapability }: TargetGpu): string {
  return computeCapability === undefined ? name : `${name} (compute capability ${computeCapability})`;
}
