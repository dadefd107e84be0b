import { describe, expect, it } from '@jest/globals';
import { checkFit } from '../../src/fit/checks/fit.ts';
import type { TargetFacts } from '../../src/fit/facts.ts';
import { factsOfMeasured } from '../../src/fit/measured/facts.ts';
import { type Measured, readMeasured } from '../../src/fit/measured/measured.ts';

/** As the reader finds them in the wheels of PyPI, on 2026-12-01. */
const TORCH_CODE = {
  package: 'torch',
  version: '2.15.0',
  cubins: ['7.5', '8.0', '8.6', '8.9', '9.0', '9.0a', '10.0', '10.0a', '10.3f', '12.0', '12.0a', '12.1a'],
  ptx: [],
};
const XFORMERS_CODE = {
  package: 'xformers',
  version: '0.0.35',
  cubins: ['7.5', '8.0', '9.0a'],
  ptx: [{ capability: '8.0', version: '8.7' }],
};
const JAX_CODE = {
  package: 'jax-cuda13-plugin',
  version: '0.12.0.1',
  cubins: ['7.5', '8.0', '9.0', '10.0', '11.0', '12.0'],
  ptx: [{ capability: '12.0', version: '9.0' }],
};
const NOTHING: Measured = { format: 1, complete: true, packages: [], cuda: {}, compat: [], code: [] };
const TORCH: Measured = {
  ...NOTHING,
  packages: [{ name: 'torch', version: '2.15.0+cu132' }],
  cuda: { torch: '13.2' },
  code: [TORCH_CODE],
};

const machine = (name: string, computeCapability: string, driver: string): TargetFacts => ({
  name: 'this machine',
  driver: { value: driver, source: 'nvidia-smi' },
  gpus: {
    value: [{ name, computeCapability, count: 1, brand: 'nvidia', memory: 80e9 }],
    source: 'nvidia-smi',
  },
});
const GPU = { count: { min: 1, max: 1 }, names: [], optional: false };
const found = (measured: Measured, target: TargetFacts) =>
  checkFit({ image: factsOfMeasured(measured), target, gpu: GPU }).map(
    ({ code, level, message }) => `${level} ${code}: ${message}`,
  );

describe('what was measured in an image', () => {
  it('says framework, CUDA and compute capabilities', () => {
    const { framework, cuda, architectures, compat, others } = factsOfMeasured(TORCH);

    expect([framework?.value, cuda, architectures?.value.cubins, compat?.value, others]).toEqual([
      { name: 'torch', version: '2.15.0' },
      { value: '13.2', source: 'measured in the image' },
      TORCH_CODE.cubins,
      null,
      undefined,
    ]);
  });

  it.each<[string, Measured, TargetFacts, readonly string[]]>([
    ['runs', TORCH, machine('NVIDIA H100', '9.0', '595.45.04'), []],
    [
      'has no code for an old GPU',
      TORCH,
      machine('Tesla V100', '7.0', '595.45.04'),
      [
        `error fit-architecture: torch 2.15.0 is compiled for the compute capabilities ${TORCH_CODE.cubins.join(', ')} (measured in the image), and this machine has Tesla V100 (compute capability 7.0) (nvidia-smi), on which none of it runs`,
      ],
    ],
    [
      'has other code that does not run there',
      { ...TORCH, code: [TORCH_CODE, { ...XFORMERS_CODE, ptx: [] }] },
      machine('NVIDIA B200', '10.0', '595.45.04'),
      [
        'warning fit-architecture: xformers 0.0.35 is compiled for the compute capabilities 7.5, 8.0, 9.0a (measured in the image), and this machine has NVIDIA B200 (compute capability 10.0) (nvidia-smi), on which none of it runs',
      ],
    ],
    [
      'has other code that the driver translates',
      { ...TORCH, code: [TORCH_CODE, XFORMERS_CODE] },
      machine('NVIDIA B200', '10.0', '595.45.04'),
      [],
    ],
    [
      'is a build for CPUs',
      { ...NOTHING, packages: [{ name: 'torch', version: '2.15.0+cpu' }] },
      machine('NVIDIA H100', '9.0', '595.45.04'),
      [
        'warning fit-architecture: torch 2.15.0 has no code for GPUs (measured in the image), and the job asks for one',
        'notice fit-unknown: it is not known which CUDA the image needs, so its GPU code is not compared with the target',
      ],
    ],
  ])('%s', (_, measured, target, expected) => {
    expect(found(measured, target)).toEqual(expected);
  });

  it('takes the CUDA of jax from the packages beside it, and its PTX as the driver can translate it', () => {
    const jax: Measured = {
      ...NOTHING,
      packages: [
        { name: 'jax-cuda13-plugin', version: '0.12.0.1' },
        { name: 'jaxlib', version: '0.12.0' },
        { name: 'nvidia-cuda-runtime', version: '13.0.96' },
      ],
      code: [JAX_CODE],
    };

    expect(factsOfMeasured(jax)).toMatchObject({
      framework: { value: { name: 'jax', version: '0.12.0' } },
      cuda: { value: '13.0' },
      architectures: { value: { ptx: ['12.0'], ptxCuda: '13.0' } },
    });
    expect(found(jax, machine('NVIDIA RTX 6090', '13.0', '580.65.06'))).toEqual([]);
  });

  it('knows the drivers that its cuda-compat works on from the library itself', () => {
    const compat = [{ library: '575.57.08', cuda: '12.9', drivers: [535, 550] }];
    const image = factsOfMeasured({ ...NOTHING, compat, cuda: { torch: '13.0' } });

    expect([image.compat?.value, image.compatDrivers?.value]).toEqual(['12.9', [535, 550]]);
  });

  it('claims nothing for what was not read to its end', () => {
    const facts = factsOfMeasured({
      ...NOTHING,
      complete: false,
      packages: [{ name: 'torch', version: '2.15.0' }],
    });
    expect([facts.architectures, facts.compat]).toEqual([undefined, undefined]);
  });
});

describe('a text that says what was measured', () => {
  const text = (changes: object) => JSON.stringify({ ...TORCH, ...changes });

  it('is read as it was written', () => {
    expect(readMeasured(text({}))).toEqual(TORCH);
  });

  it.each([
    ['nothing', ''],
    ['another format', text({ format: 2 })],
    ['a name with a line end', text({ packages: [{ name: 'torch\n::error::', version: '1' }] })],
    ['a version with a command', text({ packages: [{ name: 'torch', version: '1;rm' }] })],
    ['a compute capability that is none', text({ code: [{ ...TORCH_CODE, cubins: ['9.0; '] }] })],
    ['more packages than are read', text({ code: Array(201).fill(TORCH_CODE) })],
    ['a CUDA that is none', text({ cuda: { torch: '../..' } })],
  ])('is none with %s', (_, said) => {
    expect(readMeasured(said)).toBeUndefined();
  });
});
