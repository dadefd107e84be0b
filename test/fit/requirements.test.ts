import { describe, expect, it } from '@jest/globals';
import { cudaOfDriver } from '../../src/fit/cuda.ts';
import { isSatisfied, type RequiredFacts } from '../../src/fit/requirements.ts';
import { compareVersions } from '../../src/fit/version.ts';

const R = 'cuda>=12.8 brand=tesla,driver>=535,driver<536 brand=tesla,driver>=550,driver<551';

function evaluate(env: Readonly<Record<string, string>>, facts: RequiredFacts): boolean | undefined {
  return isSatisfied(new Map(Object.entries(env)), facts);
}

/** https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html */
describe('what an image requires by NVIDIA_REQUIRE_*', () => {
  it.each<[string, Readonly<Record<string, string>>, RequiredFacts, boolean | undefined]>([
    ['a new driver', { NVIDIA_REQUIRE_CUDA: R }, { cuda: '12.9', driver: '575.57.08', brand: 'tesla' }, true],
    [
      'a listed branch',
      { NVIDIA_REQUIRE_CUDA: R },
      { cuda: '12.2', driver: '535.104.05', brand: 'tesla' },
      true,
    ],
    [
      'a branch between',
      { NVIDIA_REQUIRE_CUDA: R },
      { cuda: '12.3', driver: '545.23.08', brand: 'tesla' },
      false,
    ],
    [
      'another brand',
      { NVIDIA_REQUIRE_CUDA: R },
      { cuda: '12.2', driver: '535.104.05', brand: 'geforce' },
      false,
    ],
    [
      'a brand that is not known',
      { NVIDIA_REQUIRE_CUDA: R },
      { cuda: '12.2', driver: '535.104.05' },
      undefined,
    ],
    ['nothing that is known', { NVIDIA_REQUIRE_CUDA: R }, {}, undefined],
    ['an old image, by its CUDA', { CUDA_VERSION: '11.8.0' }, { cuda: '11.7' }, false],
    ['an old image that is met', { CUDA_VERSION: '11.8.0' }, { cuda: '12.2' }, true],
    [
      'a check that is off',
      { CUDA_VERSION: '11.8.0', NVIDIA_DISABLE_REQUIRE: 'true' },
      { cuda: '11.7' },
      true,
    ],
    ['an unknown property', { NVIDIA_REQUIRE_OTHER: 'foo=1' }, {}, true],
    [
      'an unknown property beside one',
      { NVIDIA_REQUIRE_CUDA: 'cuda>=11.6 foo=bar' },
      { cuda: '11.4' },
      false,
    ],
    [
      'two variables',
      { NVIDIA_REQUIRE_CUDA: 'cuda>=11.6', NVIDIA_REQUIRE_ARCH: 'arch>=8.0' },
      { cuda: '12.2', arch: '7.5' },
      false,
    ],
    ['no requirement', {}, {}, true],
    ['an empty requirement', { NVIDIA_REQUIRE_CUDA: '' }, {}, true],
    ['another machine than this', { NVIDIA_REQUIRE_JETPACK_HOST: 'foo>=1' }, {}, true],
    ['an upper bound', { NVIDIA_REQUIRE_CUDA: 'cuda<13.0' }, { cuda: '13.0' }, false],
    ['equality', { NVIDIA_REQUIRE_CUDA: 'cuda=12.8' }, { cuda: '12.8' }, true],
    ['inequality', { NVIDIA_REQUIRE_CUDA: 'cuda!=12.8' }, { cuda: '12.8' }, false],
  ])('on %s', (_, env, facts, expected) => {
    expect(evaluate(env, facts)).toBe(expected);
  });

  it('is refused without an operator', () => {
    expect(() => evaluate({ NVIDIA_REQUIRE_CUDA: 'notvalid' }, {})).toThrow(
      'without an operator: "notvalid"',
    );
  });
});

describe('versions of drivers', () => {
  it.each<[string, string, number | undefined]>([
    ['570.26', '570.124.06', -1],
    ['535.104.05', '535.54.03', 1],
    ['535.104.05', '536', -1],
    ['580', '580.65.06', undefined],
    ['580', '575.57.08', 1],
    ['12.8', '12.8', 0],
  ])('%s against %s', (one, other, expected) => {
    expect(compareVersions(one, other)).toBe(expected);
  });

  it.each<[string, string | undefined]>([
    ['450.80.02', '11.0'],
    ['470.57.02', '11.4'],
    ['525.60.13', '12.0'],
    ['535', '12.2'],
    ['545.23.08', '12.3'],
    ['550.54.15', '12.4'],
    ['570.124.06', '12.8'],
    ['580.65.06', '13.0'],
    ['615.1', '13.4'],
    ['620.10', undefined],
    ['390.10', undefined],
  ])('%s is for CUDA %s', (driver, cuda) => {
    expect(cudaOfDriver(driver)).toBe(cuda);
  });
});
