import type { Device } from '../engine/device.ts';

const GPU = /^GPU (\d+): .*\(UUID: (GPU-[\w-]+)\)/;
const PART = /^ +MIG .*Device +(\d+): \(UUID: (MIG-[\w/-]+)\)/;

/**
 * What `nvidia-smi -L` lists; of a GPU that is divided, its parts alone: a job that is given the whole of it gets one of
 * them. https://docs.nvidia.com/datacenter/tesla/mig-user-guide/
 */
export function parseGpuList(text: string): readonly Device[] {
  const gpus: { readonly whole: Device; readonly parts: Device[] }[] = [];
  for (const line of text.split('\n')) {
    const [, index, id] = GPU.exec(line) ?? [];
    if (index !== undefined && id !== undefined) gpus.push({ whole: [index, id], parts: [] });
    const [, part, partId] = PART.exec(line) ?? [];
    const last = gpus.at(-1);
    if (last !== undefined && part !== undefined && partId !== undefined)
      last.parts.push([`${last.whole[0]}:${part}`, partId]);
  }
  return gpus.flatMap(({ whole, parts }) => (parts.length === 0 ? [whole] : parts));
}
