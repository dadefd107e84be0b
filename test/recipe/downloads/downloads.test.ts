import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sizeFor } from '../../../src/recipe/downloads/package-files.ts';
import { pixiDownloads } from '../../../src/recipe/downloads/pixi-lock.ts';
import { pylockDownloads } from '../../../src/recipe/downloads/pylock.ts';
import { targetOf } from '../../../src/recipe/downloads/target.ts';
import { uvDownloads } from '../../../src/recipe/downloads/uv-lock.ts';
import { parseToml, readToml, type Toml } from '../../../src/recipe/toml.ts';
import { createTree } from '../../../src/source/files/tree.ts';

/** Locks that uv 0.13.9 made of `torch==2.7.1`, `tqdm==4.67.1` and a group `dev` with pytest. */
const LOCKS = join(import.meta.dirname, '../../golden/downloads/torch');
const AMD64 = targetOf({ os: 'linux', architecture: 'amd64' }, '3.12');
const ARM64 = targetOf({ os: 'linux', architecture: 'arm64' }, '3.12');

describe('what an installation fetches', () => {
  it('is of uv.lock what the project reaches on that platform, with the libraries of CUDA', () => {
    const downloads = uvDownloads(lock('uv.lock'));

    const [amd64, arm64] = [downloads(AMD64), downloads(ARM64)];

    expect({ amd64: megabytes(amd64), arm64: megabytes(arm64) }).toEqual({ amd64: 2_995, arm64: 110 });
  });

  it('is of pylock.toml the same', () => {
    const packages = lock('pylock.toml').tables('packages');
    const downloads = pylockDownloads(packages.map((one) => ({ one, marker: one.text('marker') })));

    const [amd64, arm64] = [downloads(AMD64), downloads(ARM64)];

    expect([amd64, arm64]).toEqual([AMD64, ARM64].map(uvDownloads(lock('uv.lock'))));
  });

  it('is less, and never more, while the Python is not known', () => {
    const downloads = uvDownloads(lock('uv.lock'));

    const unknown = downloads({ ...AMD64, python: undefined });

    expect(unknown).toBeLessThanOrEqual(downloads(AMD64));
    expect(megabytes(unknown)).toBeGreaterThan(2_500);
  });

  it('counts no group for development, and no extra that nobody asks for', () => {
    const packages = ['demo', 'asked', 'extra', 'unasked', 'dev'].map(
      (name) => `[[package]]\nname = "${name}"\nversion = "1"\n${TABLES[name] ?? ''}`,
    );

    const bytes = uvDownloads(parseToml(packages.join('\n'), 'uv.lock'))(AMD64);

    expect(bytes).toBe(11);
  });

  it('is of the lock of a script what its header names', () => {
    const text = [
      'version = 1',
      '[manifest]',
      'requirements = [{ name = "six", extras = ["big"] }]',
      '[[package]]',
      'name = "six"',
      'version = "1"',
      'sdist = { url = "https://example.org/six-1.tar.gz", size = 7 }',
      'optional-dependencies = { big = [{ name = "big" }] }',
      '[[package]]',
      'name = "big"',
      'version = "1"',
      'sdist = { url = "https://example.org/big-1.tar.gz", size = 100 }',
    ].join('\n');

    const bytes = uvDownloads(parseToml(text, 'train.py.lock'))(AMD64);

    expect(bytes).toBe(107);
  });

  it('is of pixi.lock what its environment lists, and packages of other platforms count nothing', () => {
    const lines = [
      'packages:',
      '- conda: https://example.org/linux-64/python-3.12.8-0.conda',
      '  sha256: 00',
      '  size: 31565686',
      '- conda: https://example.org/osx-64/python-3.12.8-0.conda',
      '  size: 5',
      '- conda: https://example.org/noarch/tzdata-1.conda',
    ];

    const bytes = pixiDownloads(lines, [
      'https://example.org/linux-64/python-3.12.8-0.conda',
      'https://example.org/noarch/tzdata-1.conda',
    ]);

    expect(bytes).toBe(31_565_686);
  });
});

describe('the file of a package that fits', () => {
  it.each([
    [
      'the wheel of the machine',
      ['a-1-cp312-cp312-manylinux_2_28_x86_64.whl:9', 'a-1-cp312-cp312-manylinux_2_28_aarch64.whl:1'],
      9,
    ],
    [
      'the wheel of the Python',
      ['a-1-cp312-cp312-manylinux_2_28_x86_64.whl:9', 'a-1-cp311-cp311-manylinux_2_28_x86_64.whl:1'],
      9,
    ],
    [
      'no wheel without the global lock',
      ['a-1-cp312-cp312-manylinux1_x86_64.whl:9', 'a-1-cp312-cp312t-manylinux1_x86_64.whl:1'],
      9,
    ],
    ['a wheel of several platforms', ['a-1-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl:9'], 9],
    ['a stable one of an older Python', ['a-1-cp38-abi3-manylinux1_x86_64.whl:9', 'a-1.tar.gz:1'], 9],
    ['one of any platform', ['a-1-py2.py3-none-any.whl:9', 'a-1.tar.gz:1'], 9],
    ['the smallest of several', ['a-1-py3-none-any.whl:9', 'a-1-py3-none-manylinux1_x86_64.whl:4'], 4],
    ['the sources where no wheel fits', ['a-1-cp312-cp312-win_amd64.whl:9', 'a-1.tar.gz:3'], 3],
    ['nothing where none fits', ['a-1-cp312-cp312-win_amd64.whl:9'], 0],
    ['nothing where its size is not told', ['a-1-py3-none-any.whl:'], 0],
  ])('is %s', (_what, listed, size) => {
    const files = listed.map((one) => {
      const [name = '', bytes] = one.split(':');
      return { name, size: bytes === '' ? undefined : Number(bytes) };
    });

    const found = sizeFor(files, AMD64);

    expect(found).toBe(size);
  });
});

const TABLES: Readonly<Record<string, string>> = {
  demo: [
    'source = { virtual = "." }',
    'dependencies = [{ name = "asked", extra = ["some"] }]',
    'optional-dependencies = { all = [{ name = "unasked" }] }',
    'dev-dependencies = { dev = [{ name = "dev" }] }',
  ].join('\n'),
  asked: [
    'sdist = { url = "https://example.org/asked-1.tar.gz", size = 1 }',
    'optional-dependencies = { some = [{ name = "extra" }], other = [{ name = "unasked" }] }',
  ].join('\n'),
  extra: 'sdist = { url = "https://example.org/extra-1.tar.gz", size = 10 }',
  unasked: 'sdist = { url = "https://example.org/unasked-1.tar.gz", size = 100 }',
  dev: 'sdist = { url = "https://example.org/dev-1.tar.gz", size = 1000 }',
};

function lock(name: string): Toml {
  const found = readToml(createTree(LOCKS), name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
