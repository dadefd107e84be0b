import type { FitSubject, ImageFacts, TargetGpu } from './facts.ts';
import { modelOf } from './gpu.ts';
import { pypiTorch, torchArchitectures } from './image.ts';
import type { Tables } from './tables.ts';

/** What rows of other tables than ours add to facts that were gathered without them. */
export function completed(subject: FitSubject): FitSubject {
  const { tables, target } = subject;
  if (tables === undefined) return subject;
  const { gpus } = target;
  return {
    ...subject,
    image: completedImage(subject.image, tables),
    target: {
      ...target,
      gpus: gpus && { ...gpus, value: gpus.value.map((gpu) => completedGpu(gpu, tables)) },
    },
  };
}

/** What a driver says of its GPU itself goes before any table. */
function completedGpu(gpu: TargetGpu, { gpus }: Tables): TargetGpu {
  const model = gpu.name === undefined ? undefined : modelOf(gpu.name, gpus);
  if (model === undefined) return gpu;
  const [only, ...others] = model.memory;
  const memory = only === undefined || others.length > 0 ? undefined : only * 1e9;
  return {
    ...gpu,
    computeCapability: gpu.computeCapability ?? model.computeCapability,
    memory: gpu.memory ?? memory,
    brand: model.brand,
  };
}

function completedImage(image: ImageFacts, tables: Tables): ImageFacts {
  const { framework } = image;
  if (framework?.value.name !== 'torch') return image;
  const { version, isPypi } = framework.value;
  const known =
    image.cuda === undefined && isPypi === true
      ? { ...image, ...pypiTorch(version, framework.source, { tables }) }
      : image;
  const { cuda, architectures } = known;
  if (cuda === undefined || architectures !== undefined || cuda.presumed === true) return known;
  // The tables are of x86-64.
  if (image.platforms?.value.every(({ architecture }) => architecture === 'arm64')) return known;
  return { ...known, architectures: torchArchitectures(version, cuda.value, tables) };
}
