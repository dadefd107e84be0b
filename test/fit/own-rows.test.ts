import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../src/errors.ts';
import { checkFit } from '../../src/fit/checks/fit.ts';
import type { ImageFacts, TargetFacts } from '../../src/fit/facts.ts';
import { gpuNamed } from '../../src/fit/gpu.ts';
import { pypiTorch, torchFacts } from '../../src/fit/image.ts';
import { targetOfLabels } from '../../src/fit/labels.ts';
import { readOwnRows } from '../../src/fit/own-rows.ts';
import { OURS } from '../../src/fit/tables.ts';

const FROM = 'source: "https://example.org/gpus", as-of: 2026-12-01';
const FILE = `
gpus:
  - { name: RTX 6090, compute-capability: "13.0", memory: [48], brand: geforce, ${FROM} }
  - { name: L4, compute-capability: "8.9", memory: [24], brand: tesla, ${FROM} }
cuda-drivers:
  - { cuda: "14.0", driver: "650.10", ${FROM} }
oldest-drivers:
  - { major: 14, driver: "650.10", ${FROM} }
driver-branches:
  - { branch: 650, end: 2031-01, ${FROM} }
torch:
  - { torch: "2.20", cuda: "14.0", ${FROM} }
torch-architectures:
  - { cuda: "14.0", cubins: ["9.0", "10.0"], ${FROM} }
`;
const TABLES = readOwnRows(FILE, 'rows.yml');

function problems(text: string): readonly string[] {
  try {
    readOwnRows(text, 'rows.yml');
    return [];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.findings.map(({ location, message }) => `${location?.line}: ${message}`);
  }
}

describe('rows of an organisation', () => {
  it('stand above ours, which stay', () => {
    expect(TABLES.gpus.length).toBe(OURS.gpus.length + 1);
    expect(TABLES.gpus.find(({ name }) => name === 'L4')).toEqual({
      name: 'L4',
      computeCapability: '8.9',
      memory: [24],
      brand: 'tesla',
      source: 'https://example.org/gpus',
      asOf: '2026-12-01',
    });
    expect(TABLES.toolkitDrivers.at(-1)?.cuda).toBe('14.0');
    expect(TABLES.compatDrivers).toEqual(OURS.compatDrivers);
  });

  it.each<[string, ImageFacts, TargetFacts, readonly string[]]>([
    [
      'a CUDA that we do not know',
      pypiTorch('2.20.0', 'requirements.txt'),
      { name: 'x', driver: { value: '640.1', source: 'nvidia-smi' } },
      ['fit-driver'],
    ],
    [
      'a build that we do not know',
      torchFacts('2.20.0', '14.0', 'uv.lock'),
      { name: 'x', gpus: { value: [{ name: 'NVIDIA GeForce RTX 6090', count: 1 }], source: 'nvidia-smi' } },
      ['fit-architecture'],
    ],
    [
      'a GPU that we do not know, by the label of a runner',
      torchFacts('2.20.0', '14.0', 'uv.lock'),
      targetOfLabels(['gpu:rtx-6090', 'driver:650.10'], TABLES),
      ['fit-architecture'],
    ],
    [
      'a GPU that does',
      torchFacts('2.20.0', '14.0', 'uv.lock'),
      targetOfLabels(['gpu:b200', 'driver:650.10'], TABLES),
      [],
    ],
  ])('say of %s whether it fits', (_, image, target, expected) => {
    const codes = (tables: typeof TABLES | undefined) => [
      ...new Set(
        checkFit({ image, target, tables })
          .filter(({ level }) => level !== 'notice')
          .map(({ code }) => code),
      ),
    ];
    expect([codes(TABLES), codes(undefined)]).toEqual([expected, []]);
  });

  it('do not replace what a driver measures', () => {
    const gpu = { ...gpuNamed('NVIDIA L4'), computeCapability: '8.9', memory: 22e9, count: 1 };
    const target = { name: 'x', gpus: { value: [gpu], source: 'nvidia-smi' } };
    const wanted = { count: { min: 1, max: 1 }, names: [], memory: { min: 24e9 }, optional: false };
    const found = checkFit({ image: {}, target, gpu: wanted, tables: TABLES });
    expect(found.map(({ code }) => code)).toContain('fit-gpu');
  });

  it.each<[string, string, readonly string[]]>([
    ['nothing', '', []],
    ['an unknown table', 'gpu: []\n', ['1: unknown key "gpu"']],
    [
      'a row without a source',
      'torch:\n  - { torch: "2.20", cuda: "14.0", as-of: 2026-12 }\n',
      ['2: "torch.0.source" is missing'],
    ],
    [
      'a row without a day',
      `torch:\n  - { torch: "2.20", cuda: "14.0", source: x, as-of: yesterday }\n`,
      ['2: torch.0.as-of: "yesterday" is not a day or a month'],
    ],
    [
      'a version that is none',
      `cuda-drivers:\n  - { cuda: newest, driver: "650", ${FROM} }\n`,
      ['2: cuda-drivers.0.cuda: "newest" is not a version with two numbers'],
    ],
    [
      'an unknown brand',
      `gpus:\n  - { name: A, compute-capability: "9.0", brand: amd, ${FROM} }\n`,
      ['2: gpus.0.brand: "amd" is no brand'],
    ],
  ])('are told with their line when there is %s', (_, text, expected) => {
    expect(problems(text)).toEqual(expected);
  });
});
