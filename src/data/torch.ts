/** Builds of one minor version of torch. */
export interface TorchBuilds {
  readonly torch: string;
  readonly cuda: readonly string[];
  /** The lowest and the highest Python that has wheels. */
  readonly python: readonly [lowest: string, highest: string];
  /** Only what PyPI has is known of it: there may be builds for other versions of CUDA. */
  readonly isPypi?: true | undefined;
}

/**
 * CUDA: torch_compatibility.json of Cog, https://github.com/replicate/cog/tree/main/pkg/config, as of 2026-08-21; 2.13 by
 * the matrix of https://github.com/pytorch/test-infra, tools/scripts/generate_binary_build_matrix.py, as of 2026-08-21.
 * Python: the wheels of Linux that pip is offered for each, as of 2026-12-02. 2.12, 2.14 and 2.15: what PyPI has, whose
 * wheels say their CUDA themselves, as of 2026-12-02: https://pypi.org/project/torch/. A version that is not here may have any.
 */
export const TORCH: readonly TorchBuilds[] = [
  { torch: '1.13', cuda: ['11.6', '11.7'], python: ['3.7', '3.11'] },
  { torch: '2.0', cuda: ['11.7', '11.8'], python: ['3.8', '3.11'] },
  { torch: '2.1', cuda: ['11.8', '12.1'], python: ['3.8', '3.11'] },
  { torch: '2.2', cuda: ['11.8', '12.1'], python: ['3.8', '3.12'] },
  { torch: '2.3', cuda: ['11.8', '12.1'], python: ['3.8', '3.12'] },
  { torch: '2.4', cuda: ['11.8', '12.1', '12.4'], python: ['3.8', '3.12'] },
  { torch: '2.5', cuda: ['11.8', '12.1', '12.4'], python: ['3.9', '3.13'] },
  { torch: '2.6', cuda: ['11.8', '12.4', '12.6'], python: ['3.9', '3.13'] },
  { torch: '2.7', cuda: ['11.8', '12.6', '12.8'], python: ['3.9', '3.13'] },
  { torch: '2.8', cuda: ['12.6', '12.8', '12.9'], python: ['3.9', '3.13'] },
  { torch: '2.9', cuda: ['12.6', '12.8', '13.0'], python: ['3.10', '3.14'] },
  { torch: '2.10', cuda: ['12.6', '12.8', '13.0'], python: ['3.10', '3.14'] },
  { torch: '2.11', cuda: ['12.6', '12.8', '12.9', '13.0'], python: ['3.10', '3.14'] },
  { torch: '2.12', cuda: ['13.0'], python: ['3.10', '3.14'], isPypi: true },
  { torch: '2.13', cuda: ['12.6', '13.0', '13.2'], python: ['3.10', '3.14'] },
  { torch: '2.14', cuda: ['13.0'], python: ['3.10', '3.14'], isPypi: true },
  { torch: '2.15', cuda: ['13.2'], python: ['3.11', '3.15'], isPypi: true },
];

/** Indexes of wheels, one folder for each CUDA and one for CPUs: https://pytorch.org/get-started/locally/ */
export const PYTORCH_INDEX = 'https://download.pytorch.org/whl';

/** Packages that this index has in a build for each CUDA, all of one release. */
export const TORCH_FAMILY: ReadonlySet<string> = new Set(['torch', 'torchvision', 'torchaudio']);

/** Packages that bring torch with them, and let another build of it pass. */
export const NEED_TORCH: ReadonlySet<string> = new Set([
  'accelerate',
  'deepspeed',
  'fastai',
  'lightning',
  'peft',
  'pytorch-lightning',
  'sentence-transformers',
  'timm',
  'torchmetrics',
  'trl',
  'ultralytics',
]);

/** Packages that are built for a torch with CUDA, and do nothing beside one for CPUs. */
export const NEED_CUDA: ReadonlySet<string> = new Set([
  'apex',
  'bitsandbytes',
  'flash-attn',
  'flashinfer-python',
  'sglang',
  'tensorrt',
  'torch-tensorrt',
  'transformer-engine',
  'vllm',
  'xformers',
]);

/** Packages whose own wheels fix their CUDA. */
export const BRING_CUDA: ReadonlySet<string> = new Set([
  'jax',
  'jax-cuda12-plugin',
  'jax-cuda13-plugin',
  'jaxlib',
  'tensorflow',
]);
