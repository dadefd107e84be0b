import { describe, expect, it } from '@jest/globals';
import { pepVersions, pythonVersions } from '../../../src/recipe/packages/poetry-versions.ts';

describe('versions of Poetry', () => {
  // The table of https://python-poetry.org/docs/dependency-specification/#version-constraints
  it.each([
    ['^1.2.3', '>=1.2.3,<2.0.0'],
    ['^1.2', '>=1.2,<2.0'],
    ['^1', '>=1,<2'],
    ['^0.2.3', '>=0.2.3,<0.3.0'],
    ['^0.0.3', '>=0.0.3,<0.0.4'],
    ['^0.0', '>=0.0,<0.1'],
    ['^0', '>=0,<1'],
    ['~1.2.3', '>=1.2.3,<1.3.0'],
    ['~1.2', '>=1.2,<1.3'],
    ['~1', '>=1,<2'],
    ['~=1.2', '~=1.2'],
    ['1.2.*', '==1.2.*'],
    ['*', ''],
    ['1.2.3', '==1.2.3'],
    ['=1.2.3', '==1.2.3'],
    ['>= 1.2, != 1.5 , <2', '>=1.2,!=1.5,<2'],
    ['>=1.2 <2', '>=1.2,<2'],
    ['^2.0.0rc1', '>=2.0.0rc1,<3.0.0'],
  ])('"%s" is "%s"', (text, expected) => {
    expect(pepVersions(text)).toBe(expected);
  });

  it.each(['^1 || ^2', 'latest', '>=1,--pre'])('"%s" is refused', (text) => {
    expect(() => pepVersions(text)).toThrow('is not a set of versions that pip understands');
  });

  it.each([
    ['^3.10', '>=3.10,<4.0'],
    ['>=3.9,<3.10 || >=3.12', '!=3.10.*,!=3.11.*'],
    ['~3.9 || ~3.14 || *', ''],
  ])('of Python, "%s" are "%s"', (text, expected) => {
    expect(pythonVersions(text)).toBe(expected);
  });
});
