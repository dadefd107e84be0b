/**
 * NVIDIA's images of each CUDA that have cuDNN: the newest patch release, on the newest Ubuntu it is made for; `runtime`
 * or `devel` stands between the two parts. From cuda_compatibility.json of Cog, as of 2026-08-21:
 * https://github.com/replicate/cog/tree/main/pkg/config
 */
export const CUDA_IMAGES: ReadonlyMap<string, readonly [before: string, after: string]> = new Map([
  ['11.8', ['11.8.0-cudnn8', 'ubuntu22.04']],
  ['12.0', ['12.0.1-cudnn8', 'ubuntu22.04']],
  ['12.1', ['12.1.1-cudnn8', 'ubuntu22.04']],
  ['12.2', ['12.2.2-cudnn8', 'ubuntu22.04']],
  ['12.3', ['12.3.2-cudnn9', 'ubuntu22.04']],
  ['12.4', ['12.4.1-cudnn', 'ubuntu22.04']],
  ['12.5', ['12.5.1-cudnn', 'ubuntu22.04']],
  ['12.6', ['12.6.3-cudnn', 'ubuntu24.04']],
  ['12.8', ['12.8.1-cudnn', 'ubuntu24.04']],
  ['12.9', ['12.9.1-cudnn', 'ubuntu24.04']],
  ['13.0', ['13.0.3-cudnn', 'ubuntu24.04']],
  ['13.1', ['13.1.2-cudnn', 'ubuntu24.04']],
  ['13.2', ['13.2.1-cudnn', 'ubuntu24.04']],
]);
