import { GPU_MODELS, type GpuModel } from '../data/gpus.ts';
import type { TargetGpu } from './facts.ts';

/**
 * The model that a name says, however it is spelled: `Tesla T4`, `NVIDIA-A100-SXM4-80GB`, `a100`. The row with the most
 * words wins, for `RTX 5070 Ti` is no `RTX 5070`.
 */
export function modelOf(name: string, models: readonly GpuModel[] = GPU_MODELS): GpuModel | undefined {
  const words = wordsOf(name);
  const fitting = models.filter((model) => hasInOrder(words, wordsOf(model.name)));
  return fitting.sort((a, b) => wordsOf(b.name).length - wordsOf(a.name).length)[0];
}

/** A part of a divided GPU has its own memory: https://docs.nvidia.com/datacenter/tesla/mig-user-guide/ */
const PART = /\b\d{1,2}(?:c\.\d{1,2})?g\.(\d{1,3})gb\b/i;

/** What a name says of a GPU, and what the table adds to it. */
export function gpuNamed(name: string, models: readonly GpuModel[] = GPU_MODELS): TargetGpu {
  const model = modelOf(name, models);
  const size = (PART.exec(name) ?? /(\d{1,3}) ?G(?:i?B)?\b/i.exec(name))?.[1];
  const [only, ...others] = model?.memory ?? [];
  const memory = size === undefined && others.length > 0 ? undefined : (size ?? only);
  return {
    name,
    computeCapability: model?.computeCapability,
    brand: brandOf(name, model),
    memory: memory === undefined ? undefined : Number(memory) * 1e9,
  };
}

/** The families of consumers stand in the name of each model, also of one that is not in the table. */
function brandOf(name: string, model: GpuModel | undefined): TargetGpu['brand'] {
  if (/\bgeforce\b/i.test(name)) return 'geforce';
  return /\btitan\b/i.test(name) ? 'titan' : model?.brand;
}

/** Whether the GPU is what a spec calls so: `A100` is every A100, `A10` is no A10G. */
export function isNamed(gpu: string, wanted: string): boolean {
  return hasInOrder(wordsOf(gpu), wordsOf(wanted));
}

function wordsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

function hasInOrder(words: readonly string[], wanted: readonly string[]): boolean {
  let from = 0;
  for (const word of wanted) {
    const at = words.indexOf(word, from);
    if (at < 0) return false;
    from = at + 1;
  }
  return wanted.length > 0;
}
