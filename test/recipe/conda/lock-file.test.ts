import { describe, expect, it } from '@jest/globals';
import { checkPlatform, readCondaLock, readPixiLock } from '../../../src/recipe/conda/lock-file.ts';

const PIXI = `version: 6
environments:
  cuda:
    packages:
      linux-64:
      - conda: https://conda.anaconda.org/conda-forge/linux-64/python-3.9.1-h1_0_cpython.conda
      - pypi: https://files.pythonhosted.org/packages/x/x-1-py3-none-any.whl
  default:
    channels:
    - url: https://conda.anaconda.org/conda-forge/
    packages:
      linux-64:
      - conda: https://conda.anaconda.org/conda-forge/linux-64/python-3.12.8-h9e4cc4f_1_cpython.conda
      linux-aarch64:
      - conda: https://conda.anaconda.org/conda-forge/linux-aarch64/python-3.11.2-h9e4cc4f_1_cpython.conda
      - pypi: https://files.pythonhosted.org/packages/x/x-1-py3-none-any.whl
packages:
- conda: https://conda.anaconda.org/conda-forge/linux-64/python-3.12.8-h9e4cc4f_1_cpython.conda
`;

const CONDA = `version: 1
metadata:
  platforms:
  - linux-64
  - osx-arm64
  sources:
  - environment.yml
package:
- name: python
  manager: conda
  platform: linux-64
  url: https://conda.anaconda.org/conda-forge/linux-64/python-3.11.9-hb806964_0_cpython.conda
- name: python
  manager: conda
  platform: osx-arm64
  url: https://conda.anaconda.org/conda-forge/osx-arm64/python-3.11.8-hdf0ec26_0_cpython.conda
`;

const linesOf = (text: string) => text.split('\n');

describe('a pixi.lock', () => {
  it.each([
    ['linux-64', { python: { specifiers: '==3.12.8', location: { file: 'p', line: 13 } }, hasPip: false }],
    ['linux-aarch64', { python: { specifiers: '==3.11.2' }, hasPip: true }],
    ['osx-64', { python: undefined, hasPip: false }],
  ])('says of %s what its default environment has', (platform, expected) => {
    expect(readPixiLock(linesOf(PIXI), platform, 'p')).toMatchObject({
      platforms: ['linux-64', 'linux-aarch64'],
      ...expected,
    });
  });
});

describe('a conda-lock.yml', () => {
  it.each([
    ['linux-64', { specifiers: '==3.11.9', location: { file: 'c', line: 12 } }],
    ['osx-arm64', { specifiers: '==3.11.8' }],
  ])('says the Python of %s', (platform, python) => {
    const facts = readCondaLock(linesOf(CONDA), platform, 'c');

    expect(facts).toMatchObject({ platforms: ['linux-64', 'osx-arm64'], python, hasPip: false });
  });

  it('may have packages of PyPI', () => {
    const more = `${CONDA}- name: six\n  manager: pip\n  platform: linux-64\n`;

    expect(readCondaLock(linesOf(more), 'linux-64', 'c').hasPip).toBe(true);
  });
});

describe('a lock of conda', () => {
  it('is refused for a platform that it does not have, with those that it has', () => {
    const facts = readCondaLock(linesOf(CONDA), 'linux-aarch64', 'c');

    expect(() => checkPlatform(facts, 'linux-aarch64', 'c')).toThrow(
      '"c" is not for linux-aarch64, but for: linux-64, osx-arm64',
    );
  });

  it('that looks otherwise than the tools write it is left to the installer', () => {
    const facts = readPixiLock(linesOf('{"version": 6}'), 'linux-64', 'p');

    expect(() => checkPlatform(facts, 'linux-64', 'p')).not.toThrow();
  });
});
