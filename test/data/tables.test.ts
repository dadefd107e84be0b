import { describe, expect, it } from '@jest/globals';
import { COMPAT_DRIVERS, DRIVER_FLOORS, TOOLKIT_DRIVERS } from '../../src/data/cuda-drivers.ts';
import { DRIVER_BRANCHES } from '../../src/data/driver-branches.ts';
import { GPU_MODELS } from '../../src/data/gpus.ts';
import { JAX_BUILDS } from '../../src/data/jax.ts';
import { PTX_VERSIONS } from '../../src/data/ptx-versions.ts';
import type { Sourced } from '../../src/data/rows.ts';
import { PYPI_TORCH, TENSORFLOW_BUILDS, TORCH_ARCHITECTURES } from '../../src/data/wheels.ts';
import { ownDriver } from '../../src/fit/cuda.ts';
import { modelOf } from '../../src/fit/gpu.ts';
import { isAtLeast } from '../../src/fit/version.ts';

/** Fewer rows than these mean that a renewal went wrong. */
const TABLES: readonly (readonly [name: string, rows: readonly Sourced[], least: number])[] = [
  ['toolkits and their drivers', TOOLKIT_DRIVERS, 23],
  ['the oldest drivers', DRIVER_FLOORS, 3],
  ['cuda-compat', COMPAT_DRIVERS, 2],
  ['branches of drivers', DRIVER_BRANCHES, 3],
  ['models of GPUs', GPU_MODELS, 60],
  ['torch on PyPI', PYPI_TORCH, 12],
  ['architectures of torch', TORCH_ARCHITECTURES, 10],
  ['TensorFlow', TENSORFLOW_BUILDS, 18],
  ['JAX', JAX_BUILDS, 3],
  ['PTX', PTX_VERSIONS, 20],
];

describe.each(TABLES)('the table of %s', (_, rows, least) => {
  it('has its rows, each with its source and day', () => {
    expect(rows.length).toBeGreaterThanOrEqual(least);
    for (const { source, asOf } of rows) {
      expect(source).toMatch(/^https:\/\/\S+$/);
      expect(asOf).toMatch(/^20\d\d-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?$/);
    }
  });
});

describe('rows that have to agree', () => {
  it('a newer CUDA came with a newer driver', () => {
    for (const [index, { cuda, driver }] of TOOLKIT_DRIVERS.entries()) {
      const before = TOOLKIT_DRIVERS[index - 1];
      if (before === undefined) continue;
      expect([isAtLeast(cuda, before.cuda), isAtLeast(driver, before.driver)]).toEqual([true, true]);
    }
  });

  it('the first toolkit of a major version has the driver that all of them start on, or a newer one', () => {
    for (const { major, driver } of DRIVER_FLOORS.filter(({ major: of }) => of > 11)) {
      expect(ownDriver(`${major}.0`)).toBe(driver);
    }
  });

  it('each model is known by its own name, once', () => {
    expect(GPU_MODELS.filter(({ name }) => modelOf(name)?.name !== name)).toEqual([]);
    expect(new Set(GPU_MODELS.map(({ name }) => name)).size).toBe(GPU_MODELS.length);
  });

  it('torch on PyPI has every minor version from its first on', () => {
    const minors = PYPI_TORCH.map(({ torch }) => Number(torch.split('.')[1])).sort((a, b) => a - b);
    expect(minors).toEqual(Array.from({ length: minors.length }, (_, index) => 4 + index));
  });
});
